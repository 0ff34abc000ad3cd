import type { LogHit, LogQuery } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';

/** Places of one line that are told at most. */
const MAX_RANGES = 100;
const wordCharacter = /[\p{L}\p{N}_]/u;

export interface LineMatcher {
  test(line: string): boolean;
  ranges(line: string): LogHit['ranges'];
}

/** Source and flags of a query as a regular expression; what is no pattern is taken literally. */
export function patternOf({ q, matchCase, regex }: LogQuery): { source: string; flags: string } {
  return {
    source: regex ? q : q.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
    flags: matchCase ? '' : 'i',
  };
}

/** Throws `pattern_invalid`. A pattern of somebody's own may take for ever: only in a thread that can be ended. */
export function lineMatcher(query: LogQuery): LineMatcher {
  const { source, flags } = patternOf(query);
  const all = compiled(source, `${flags}g`);
  const any = new RegExp(source, flags);
  function* places(line: string): Generator<[number, number]> {
    all.lastIndex = 0;
    for (let found = all.exec(line); found; found = all.exec(line)) {
      const from = found.index;
      const to = from + found[0].length;
      if (to === from) all.lastIndex += 1;
      else if (!query.word || isWord(line, from, to)) yield [from, to];
      // Another one may begin inside of what is part of a longer word.
      else all.lastIndex = from + 1;
    }
  }
  return {
    test: query.word ? (line) => places(line).next().done === false : (line) => any.test(line),
    ranges(line) {
      const ranges: [number, number][] = [];
      for (const range of places(line)) {
        ranges.push(range);
        if (ranges.length === MAX_RANGES) break;
      }
      return ranges;
    },
  };
}

function compiled(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new Failure('pattern_invalid', 'This is not a regular expression.', {
      raw: String(error),
      cause: error,
    });
  }
}

function isWord(line: string, from: number, to: number): boolean {
  const before = from > 0 ? lastCharacter(line.slice(Math.max(0, from - 2), from)) : '';
  const after = to < line.length ? String.fromCodePoint(line.codePointAt(to) ?? 0) : '';
  return !wordCharacter.test(before) && !wordCharacter.test(after);
}

const lastCharacter = (text: string): string => [...text].at(-1) ?? '';
