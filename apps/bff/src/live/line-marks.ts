import type { LogMark } from '@flightdeck/api-client/model';

const TITLE = 200;
/** Marks of one answer, about, and errors among them: a log may be nothing but commands. */
export const MOST_MARKS = { most: 5_000, errors: 1_000 } as const;

/** Finds every line that `markOf` could mark (and some more), in the plain text of many lines. */
export const markCandidates =
  /^(?:\+ |::(?:end)?group::|##\[(?:end)?group\])|error|fatal|panic|exception|traceback|fail(?:ed|ure)/gim;

const group = /^(?:::group::|##\[group\])(.*)$/;
const endGroup = /^(?:::endgroup::|##\[endgroup\])/;
const wrong = /(?:^|[^\w.-])(?:error|fatal|panic|exception|traceback|failed|failure)(?![\w-])/i;
/** A tool that counts none. */
const nothingWrong =
  /\b(?:0|no|without(?: any)?) (?:errors?|failed|failures?)\b|\b(?:errors?|failed|failures?)[:=] ?0\b/i;

/** What a line is for somebody who looks for their way; `line` has no escape sequences. null: nothing special. */
export function markOf(line: string): Pick<LogMark, 'kind' | 'title'> | null {
  if (line.startsWith('+ ')) return { kind: 'command', title: line.slice(2, 2 + TITLE) };
  const named = group.exec(line);
  if (named) return { kind: 'group', title: (named[1] ?? '').trim().slice(0, TITLE) };
  if (endGroup.test(line)) return { kind: 'endgroup', title: '' };
  const head = line.slice(0, 2_000);
  if (wrong.test(head) && !nothingWrong.test(head))
    return { kind: 'error', title: line.trim().slice(0, TITLE) };
  return null;
}
