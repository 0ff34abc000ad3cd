import type { LogMark } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { closedAtFirst, foldsOf, hiddenBy } from './folds.ts';

const mark = (index: number, kind: LogMark['kind']): LogMark => ({
  index,
  pos: index * 2,
  kind,
  title: `${kind} ${index}`,
});
const ranges = (marks: LogMark[], lines: number) =>
  foldsOf(marks, lines).map(({ kind, head, from, to }) => `${kind} ${head}: ${from}-${to}`);

describe('features/logs/folds', () => {
  it('folds a command up to the next one; one that printed nothing does not fold', () => {
    expect(ranges([mark(0, 'command'), mark(5, 'command'), mark(6, 'command')], 10)).toEqual([
      'command 0: 1-4',
      'command 6: 7-9',
    ]);
  });

  it('folds a group with its end, over the commands inside', () => {
    const marks = [mark(0, 'command'), mark(1, 'group'), mark(2, 'command'), mark(6, 'endgroup')];
    expect(ranges(marks, 9)).toEqual(['command 0: 1-1', 'group 1: 2-6', 'command 2: 3-8']);
  });

  it('ends a group without an end at the next one, or with the log', () => {
    expect(ranges([mark(0, 'group'), mark(4, 'group'), mark(9, 'error')], 10)).toEqual([
      'group 0: 1-3',
      'group 4: 5-9',
    ]);
    expect(ranges([mark(3, 'endgroup')], 10)).toEqual([]);
  });

  it('closes all commands but the last of a step that failed, and none of others', () => {
    const folds = foldsOf([mark(0, 'command'), mark(5, 'command'), mark(8, 'command')], 10);
    expect([...closedAtFirst(folds, true)]).toEqual([0, 10]);
    expect(closedAtFirst(folds, false).size).toBe(0);
  });

  it('hides what closed folds hold, once', () => {
    const folds = foldsOf([mark(0, 'command'), mark(1, 'group'), mark(2, 'command'), mark(6, 'endgroup')], 9);
    expect(hiddenBy(folds, new Set([0, 2]))).toEqual([{ from: 1, to: 6 }]);
    expect(hiddenBy(folds, new Set([4]))).toEqual([{ from: 3, to: 8 }]);
    expect(hiddenBy(folds, new Set())).toEqual([]);
  });
});
