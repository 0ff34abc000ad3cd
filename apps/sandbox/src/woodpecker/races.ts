/**
 * How one report of an agent fell out on a certain day: each is a call of its own to the server, which reads rows, writes
 * some and tells of them, and others come in between. Without an entry all of it happens at once.
 */
export interface Race {
  /** Ms more (or less) before the report changes its rows. */
  wait?: number;
  /** Ms from there until what is told is read again. */
  tell?: number;
  /** Ms by which the message is overtaken on its way. */
  late?: number;
  /** A report after a cancel that had already read the pipeline's new row. */
  fresh?: boolean;
}

/** Which report of a workflow: the first rows, its start, begin and end of a step by its place, its end, and after a cancel. */
export type Report = 'row' | 'start' | `${number}+` | `${number}-` | 'end' | 'stop' | 'killed';

/** By `<pipeline id>/<workflow pid>/<report>`. */
export type Races = ReadonlyMap<string, Race>;
