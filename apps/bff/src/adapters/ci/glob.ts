/** One character of a text, or any number of them: as many as there are, or up to the next `/`. */
export type Token = 'any' | 'segment' | ((char: string) => boolean);

/**
 * Takes a pattern apart: `*` and `?` stop at `/`, `[a-z]` and `[^a]`, `\` escapes; with `deep`, `**` does not stop and
 * `[!a]` is `[^a]`. null: malformed.
 */
export function tokensOf(pattern: readonly string[], deep: boolean): Token[] | null {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i += 1) {
    const char = pattern[i] as string;
    if (char === '*') {
      const any = deep && pattern[i + 1] === '*';
      while (any && pattern[i + 1] === '*') i += 1;
      tokens.push(any ? 'any' : 'segment');
      // `**/` also stands for no folder at all.
      if (any && pattern[i + 1] === '/') i += 1;
    } else if (char === '?') tokens.push((one) => one !== '/');
    else if (char === '\\') {
      i += 1;
      const escaped = pattern[i];
      if (escaped === undefined) return null;
      tokens.push((one) => one === escaped);
    } else if (char === '[') {
      const end = pattern.indexOf(']', i + 2);
      const one = end < 0 ? null : classOf(pattern.slice(i + 1, end).join(''), deep);
      if (!one) return null;
      tokens.push(one);
      i = end;
    } else tokens.push((one) => one === char);
  }
  return tokens;
}

function classOf(body: string, deep: boolean): ((char: string) => boolean) | null {
  const not = (deep ? /^[!^]/ : /^\^/).test(body) ? '^' : '';
  try {
    const one = new RegExp(`^[${not}${body.slice(not.length).replace(/[\\\]^[]/g, '\\$&')}]$`, 'su');
    return (char) => (!deep || char !== '/') && one.test(char);
  } catch {
    return null;
  }
}

/**
 * Go's `filepath.Match`, which Drone uses for every condition. A malformed pattern matches nothing. Time is at most
 * pattern × text: patterns come from whoever can push, and a regular expression made of one with many stars would hold
 * up the whole process.
 */
export function pathMatches(pattern: string, text: string): boolean {
  const tokens = tokensOf([...pattern], false);
  if (!tokens) return false;
  const chars = [...text];
  let at = 0;
  let token = 0;
  /** The last star, and how far it has reached: no earlier one needs another try. */
  let star = -1;
  let reached = 0;
  while (at < chars.length) {
    const wanted = tokens[token];
    const char = chars[at] as string;
    if (wanted === 'segment') {
      star = token;
      reached = at;
      token += 1;
    } else if (typeof wanted === 'function' && wanted(char)) {
      at += 1;
      token += 1;
    } else {
      if (star < 0 || chars[reached] === '/') return false;
      reached += 1;
      at = reached;
      token = star + 1;
    }
  }
  return tokens.slice(token).every((left) => left === 'segment');
}

/** A `filepath.Match` pattern that names exactly one thing. */
export const isLiteral = (pattern: string): boolean => !/[*?[\\]/.test(pattern);
