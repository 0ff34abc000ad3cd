import type { LogQuery } from '@flightdeck/api-client/model';

/** Finds lines by the bytes of their text, without making strings of them. */
export interface CandidateFinder {
  /** Which text of a block it looks at: `folded` has a-z for A-Z. */
  text: 'plain' | 'folded';
  /** Where the next one stands, from `from` on (0: it is another block's text); -1: nowhere. */
  next(bytes: Buffer, from: number): number;
  /** Every place is a match; otherwise the line has to be looked at. */
  exact: boolean;
}

/** null: lines have to be read one by one. */
export function candidateFinder(query: LogQuery): CandidateFinder | null {
  const { q, regex, matchCase, word } = query;
  if (regex || q.includes('\n')) return null;
  if (matchCase) return { text: 'plain', next: finderOf(q), exact: !word };
  const part = plainestPart(q);
  if (part === '') return null;
  return { text: 'folded', next: finderOf(part.toLowerCase()), exact: !word && part === q };
}

/**
 * Case of ASCII is gone from the text that is searched, and other characters of this part have none. So wherever the term
 * stands, in whatever case, this part of it stands: what ignores case in a regular expression takes no other letter for one of
 * ASCII (U+0130, U+0131, U+017F and U+212A are none of i, s and k), nor for one that has no case.
 */
function plainestPart(term: string): string {
  let longest = '';
  let part = '';
  for (const character of term) {
    const plain =
      character <= '\u007f' ||
      (character.toLowerCase() === character && character.toUpperCase() === character);
    part = plain ? part + character : '';
    if (part.length > longest.length) longest = part;
  }
  return longest;
}

/** Hits in a block above which it pays to make a string of the next one: a search in it costs a fifth of a call. */
const MANY = 64;

function finderOf(term: string): CandidateFinder['next'] {
  const needle = Buffer.from(term);
  const bytesOfTerm = needle.toString('latin1');
  let found = 0;
  let text: string | null = null;
  return (bytes, from) => {
    if (from === 0) {
      text = found > MANY ? bytes.toString('latin1') : null;
      found = 0;
    }
    found += 1;
    return text === null ? bytes.indexOf(needle, from) : text.indexOf(bytesOfTerm, from);
  };
}
