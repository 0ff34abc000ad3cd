import type { LogMark } from '@flightdeck/api-client/model';
import type { Hidden } from '../scroll/row-layout.ts';

/**
 * A command with its output, or a group: lines `from`…`to` (both included) fold below `head`. Or lines that were drawn over:
 * they fold above it.
 */
export interface Fold {
  kind: 'command' | 'group' | 'redraw';
  /** From the server's position of the head: stays when the stored log replaces the live one. */
  id: string;
  head: number;
  from: number;
  to: number;
  title: string;
  /** How long it took, in whole seconds as the servers keep them; null where that is not known (yet). */
  seconds: number | null;
}

/**
 * What can be folded. A command lasts until the next one; a group until its end, or, where that is missing, until the
 * next group or the end of the log. Groups may span commands: `echo ::group::x` is a command itself. `took`: seconds the
 * whole step took, null while it runs: until then what is open has no duration.
 */
export function foldsOf(marks: readonly LogMark[], lines: number, took: number | null = null): Fold[] {
  const folds: Fold[] = [];
  const end = (mark: LogMark | undefined, to: number, until: number | null) => {
    if (!mark || (mark.kind !== 'command' && mark.kind !== 'group') || to <= mark.index) return;
    const { kind, pos, index, title } = mark;
    const seconds = until === null ? null : Math.max(0, Math.floor(until - mark.at));
    folds.push({ kind, id: `${kind} ${pos}`, head: index, from: index + 1, to, title, seconds });
  };
  let command: LogMark | undefined;
  let group: LogMark | undefined;
  for (const mark of marks) {
    if (mark.kind === 'command') {
      end(command, mark.index - 1, mark.at);
      command = mark;
    } else if (mark.kind === 'group') {
      end(group, mark.index - 1, mark.at);
      group = mark;
    } else if (mark.kind === 'endgroup') {
      end(group, mark.index, mark.at);
      group = undefined;
    }
  }
  end(command, lines - 1, took);
  end(group, lines - 1, took);
  return folds.sort((a, b) => a.head - b.head);
}

/**
 * What is closed at first: lines that were drawn over; of a step that failed, all its commands but the last, which broke
 * it.
 */
export function closedAtFirst(folds: readonly Fold[], failed: boolean): ReadonlySet<string> {
  const commands = failed ? folds.filter((fold) => fold.kind === 'command').slice(0, -1) : [];
  return new Set([...folds.filter((fold) => fold.kind === 'redraw'), ...commands].map(({ id }) => id));
}

/**
 * Lines that closed folds hide, in order, without overlaps. A fold whose head is hidden hides nothing itself: what reaches
 * beyond the fold around it (a group over several commands) would be gone with nothing left to open it by.
 */
export function hiddenBy(folds: readonly Fold[], closed: ReadonlySet<string>): readonly Hidden[] {
  const ranges: Hidden[] = [];
  let reach = -1;
  for (const { id, kind, head, from, to } of [...folds].sort((a, b) => a.head - b.head)) {
    if (!closed.has(id)) continue;
    if (kind !== 'redraw') {
      if (head <= reach) continue;
      reach = Math.max(reach, to);
    }
    ranges.push({ from, to });
  }
  const hidden: Hidden[] = [];
  for (const { from, to } of ranges.sort((a, b) => a.from - b.from)) {
    const last = hidden.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else hidden.push({ from, to });
  }
  return hidden;
}
