import type { LogMark } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { closedAtFirst, foldsOf, hiddenBy } from './folds.ts';
import { linesBack, Redraws } from './redraws.ts';

const mark = (index: number, kind: LogMark['kind']): LogMark => ({
  index,
  pos: index * 2,
  at: index * 3,
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

  it('says how long each part took; what is open only once the step has ended', () => {
    const marks = [
      mark(0, 'command'),
      mark(2, 'group'),
      mark(4, 'endgroup'),
      mark(6, 'command'),
      mark(7, 'group'),
    ];
    const took = (step: number | null) =>
      foldsOf(marks, 10, step).map(({ id, seconds }) => `${id}: ${seconds}`);
    expect(took(40)).toEqual(['command 0: 18', 'group 4: 6', 'command 12: 22', 'group 14: 19']);
    expect(took(null).slice(2)).toEqual(['command 12: null', 'group 14: null']);
    // Clocks that disagree give no negative time.
    expect(took(10).slice(2)).toEqual(['command 12: 0', 'group 14: 0']);
  });

  it('closes all commands but the last of a step that failed, and none of others', () => {
    const folds = foldsOf([mark(0, 'command'), mark(5, 'command'), mark(8, 'command')], 10);
    expect([...closedAtFirst(folds, true)]).toEqual(['command 0', 'command 10']);
    expect(closedAtFirst(folds, false).size).toBe(0);
  });

  it('hides what closed folds hold, once; a fold whose head is hidden hides nothing', () => {
    const folds = foldsOf([mark(0, 'command'), mark(1, 'group'), mark(2, 'command'), mark(6, 'endgroup')], 9);
    expect(hiddenBy(folds, new Set(['command 0', 'group 2']))).toEqual([{ from: 1, to: 1 }]);
    expect(hiddenBy(folds, new Set(['group 2', 'command 4']))).toEqual([{ from: 2, to: 6 }]);
    expect(hiddenBy(folds, new Set(['command 0', 'command 4']))).toEqual([
      { from: 1, to: 1 },
      { from: 3, to: 8 },
    ]);
    expect(hiddenBy(folds, new Set())).toEqual([]);
  });
});

describe('features/logs/folds/redraws', () => {
  const E = '\u001b';
  const drawn = (...lines: string[]) => {
    const redraws = new Redraws();
    lines.forEach((text, index) => {
      redraws.note(index, text, index);
    });
    return redraws.folds().map(({ from, to, head }) => `${from}-${to} above ${head}`);
  };

  it('folds what was drawn over, all drawings but the last', () => {
    expect(
      drawn('pull', 'a 1%', 'b 1%', `${E}[2Aa 50%`, 'b 40%', `${E}[2A${E}[2Ka 100%`, 'b 100%', 'done'),
    ).toEqual(['1-4 above 5']);
    expect(drawn('a', `${E}[1Ab`, 'stays', 'c', `${E}[1Fd`)).toEqual(['0-0 above 1', '3-3 above 4']);
  });

  it('leaves alone what comes back to where it was, and goes back no further than the beginning', () => {
    expect(drawn('a', 'b', `${E}[2A${E}[Kx${E}[2B`, 'c')).toEqual([]);
    expect(drawn('a', `${E}[99Ab`)).toEqual(['0-0 above 1']);
    expect(linesBack(`${E}[4294967296A`.repeat(100))).toBe(1_000_000);
  });

  it('says the same in whatever order lines were looked at', () => {
    const lines = Array.from({ length: 12 }, (_, i) => (i % 3 === 0 && i > 0 ? `${E}[3Aframe` : 'frame'));
    const redraws = new Redraws();
    for (const index of [9, 3, 6, 0, 11, 5, 6, 9]) redraws.note(index, lines[index] ?? '', index);
    expect(redraws.folds()).toMatchObject([{ from: 0, to: 8, head: 9, id: 'redraw 9' }]);
  });
});
