import type { LogQuery } from '@flightdeck/api-client/model';
import { patternOf } from '../line-matcher.ts';

/** Finds lines by the bytes of their text, without making strings of them. */
export interface CandidateFinder {
  /** Where the next one stands, from `from` on; -1: nowhere. */
  next(bytes: Buffer, from: number): number;
  /** Every place is a match; otherwise the line has to be looked at. */
  exact: boolean;
}

const ascii = /^[\u0000-\u007f]*$/;

/** null: lines have to be read one by one. */
export function candidateFinder(query: LogQuery): CandidateFinder | null {
  const { q, regex, matchCase, word } = query;
  if (regex || q.includes('\n')) return null;
  if (matchCase || (q.toLowerCase() === q && q.toUpperCase() === q)) {
    const needle = Buffer.from(q);
    return { next: (bytes, from) => bytes.indexOf(needle, from), exact: !word };
  }
  if (!ascii.test(q)) return null;
  // As long as only ASCII is looked for, bytes do as characters: no other letter's lower or upper case is ASCII here.
  const pattern = new RegExp(patternOf(query).source, 'gi');
  let known: Buffer | null = null;
  let text = '';
  return {
    next(bytes, from) {
      if (from === 0 || known !== bytes) {
        known = bytes;
        text = bytes.toString('latin1');
      }
      pattern.lastIndex = from;
      return pattern.exec(text)?.index ?? -1;
    },
    exact: !word,
  };
}
