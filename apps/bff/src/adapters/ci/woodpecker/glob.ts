import { tokensOf } from '../glob.ts';

/**
 * Patterns of `when` as the server's doublestar library reads them: `*` and `?` stop at `/`, `**` does not, `[a-z]`,
 * `[^a]`, `{a,b}`, `\` escapes. A malformed pattern matches nothing. Time is at most pattern × text: patterns come from
 * whoever can push.
 */
export function globMatches(pattern: string, text: string): boolean {
  return alternatives(pattern).some((one) => matchesOne(one, text));
}

/** A pattern that names exactly one thing. */
export const isLiteral = (pattern: string): boolean => !/[*?[\]{}\\]/.test(pattern);

const mostAlternatives = 64;

/** `a{b,c}` → `ab`, `ac`. Beyond a sane number the braces stand for themselves. */
function alternatives(pattern: string): string[] {
  let done: string[] = [pattern];
  for (let round = 0; round < 8; round += 1) {
    const next = done.flatMap(expandFirst);
    if (next.length === done.length || next.length > mostAlternatives) return done;
    done = next;
  }
  return done;
}

function expandFirst(pattern: string): string[] {
  const found = /^((?:[^\\{]|\\.)*)\{((?:[^\\{}]|\\.)*)\}(.*)$/su.exec(pattern);
  if (!found) return [pattern];
  const [, before = '', inside = '', after = ''] = found;
  return inside.split(',').map((part) => before + part + after);
}

function matchesOne(pattern: string, text: string): boolean {
  const tokens = tokensOf([...pattern], true);
  if (!tokens) return false;
  const chars = [...text];
  /** Which numbers of characters the tokens so far can have taken. */
  let reached = new Set([0]);
  for (const token of tokens) {
    const next = new Set<number>();
    for (const at of reached) {
      if (typeof token === 'function') {
        if (at < chars.length && token(chars[at] as string)) next.add(at + 1);
        continue;
      }
      for (let to = at; ; to += 1) {
        if (next.has(to) && token === 'any') break;
        next.add(to);
        if (to >= chars.length || (token === 'segment' && chars[to] === '/')) break;
      }
    }
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(chars.length);
}
