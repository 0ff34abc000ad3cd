import { z } from 'zod';

/** Which step of which build a log belongs to. */
export const stepRefSchema = z.object({
  number: z.number().int().positive(),
  stage: z.number().int().positive(),
  step: z.number().int().positive(),
});
export type StepRef = z.infer<typeof stepRefSchema>;

/**
 * State of a step's log, always shown.
 * `pending`: the step has not begun. `live`: lines arrive. `reconnecting`: the stream from the CI server is cut,
 * it is tried again. `awaiting-stored`: the step ended, its stored log is not there yet. `complete`: the stored log
 * is shown. `truncated`: the same, and a part of it is missing for good: the server dropped it, or the console has no
 * room for it. `absent`: the step ended and nothing was kept (deleted, or the step never ran).
 */
export const logStateSchema = z.enum([
  'pending',
  'live',
  'reconnecting',
  'awaiting-stored',
  'complete',
  'truncated',
  'absent',
]);
export type LogState = z.infer<typeof logStateSchema>;

/**
 * A hole in what could be shown: records with positions `after < pos < before` are missing.
 * `history`: more than the server keeps for late viewers. `restart`: the server forgot its live history.
 * `slow`: the server dropped lines for a slow reader. `limit`: the server stopped sending at its size limit.
 * `head`: the server dropped the oldest records of the stored log. `tail`: it keeps the first part of a log, and dropped
 * what came after. `room`: the console has no room for it, neither on its disk nor in memory.
 */
export const gapSchema = z.object({
  /** The line (index from 0 in this generation) before which the hole lies. */
  beforeLine: z.number().int().nonnegative(),
  after: z.number().int(),
  /** Position of the first record after the hole; null while nothing has come after it. */
  before: z.number().int().nullable(),
  reason: z.enum(['history', 'restart', 'slow', 'limit', 'head', 'tail', 'room']),
});
export type Gap = z.infer<typeof gapSchema>;

/**
 * One line as printed. `pos` is the CI server's position of the line's first record: its lasting identity
 * (cursor, resume, permalink `#p120`). `at` is seconds since the step began. `text` has no line feed and
 * keeps every escape sequence.
 */
export const logLineSchema = z.object({
  pos: z.number().int().nonnegative(),
  at: z.number().nonnegative(),
  text: z.string(),
  /** Characters left out at the end of a very long line; the download has them. Absent when the line is whole. */
  more: z.number().int().positive().optional(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** Facts about a step's log at one moment. A log has a generation; lines are immutable within one. */
export const logSummarySchema = z.object({
  state: logStateSchema,
  generation: z.number().int().nonnegative(),
  /** Lines known so far in this generation. */
  lines: z.number().int().nonnegative(),
  /** Bytes of UTF-8 text so far. */
  bytes: z.number().int().nonnegative(),
  firstPos: z.number().int().nullable(),
  lastPos: z.number().int().nullable(),
  gaps: z.array(gapSchema),
  /** The server's size limit per step in bytes, when a cut is said. */
  limitBytes: z.number().int().nullable(),
  /** Widest line in characters, for the horizontal scroll bar. */
  widest: z.number().int().nonnegative(),
  /** The whole log is indexed (always true once complete and read to its end). */
  indexed: z.boolean(),
});
export type LogSummary = z.infer<typeof logSummarySchema>;

/** Lines `from` … `from + lines.length - 1` (indexes from 0) of one generation. */
export const logChunkSchema = z.object({
  generation: z.number().int().nonnegative(),
  from: z.number().int().nonnegative(),
  lines: z.array(logLineSchema),
  /** Colour state carried into each line: SGR parameters, '' for none. Same length as `lines`. */
  carry: z.array(z.string()),
});
export type LogChunk = z.infer<typeof logChunkSchema>;

/**
 * What is searched for, in the lines as people read them (without escape sequences). `word`: only where no letter, digit
 * or `_` stands on either side. `regex`: JavaScript's syntax, one line at a time.
 */
export const logQuerySchema = z.object({
  q: z.string().min(1).max(256),
  matchCase: z.boolean().default(false),
  word: z.boolean().default(false),
  regex: z.boolean().default(false),
});
export type LogQuery = z.infer<typeof logQuerySchema>;

/** A line that matches. `ranges`: where, as [from, to) in UTF-16 units of the line without its escape sequences. */
export const logHitSchema = z.object({
  index: z.number().int().nonnegative(),
  pos: z.number().int().nonnegative(),
  ranges: z.array(z.tuple([z.number().int(), z.number().int()])),
});
export type LogHit = z.infer<typeof logHitSchema>;

/**
 * A place one jumps to or folds at. `command`: a line a shell printed before it ran it (`+ make`). `group`, `endgroup`:
 * `::group::title`, `##[group]title` and their ends. `error`: looks like what went wrong (a guess from the words).
 */
export const logMarkSchema = z.object({
  index: z.number().int().nonnegative(),
  pos: z.number().int().nonnegative(),
  /** Seconds since the step began. */
  at: z.number().nonnegative(),
  kind: z.enum(['command', 'group', 'endgroup', 'error']),
  /** The command, the group's title, or the line; at most 200 characters. */
  title: z.string(),
});
export type LogMark = z.infer<typeof logMarkSchema>;
