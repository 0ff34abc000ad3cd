import { compareHeaders, compareJson, type Deviation, type Tolerance } from './compare.ts';
import { RawStream } from './http.ts';
import { compareLog } from './logs.ts';
import { type RecordedStream, recordedStream } from './recording.ts';
import { type Stage, settle } from './stage.ts';

/** Begins to read what a recorded stream read, as the same person. */
export async function openRecorded(stage: Stage, file: string): Promise<void> {
  const recorded = recordedStream(file);
  const headers = stage.credentials(stage.ci, recorded.as);
  const { clock } = stage.world;
  const stream = new RawStream(stage.ports[stage.ci], recorded.path, headers, () => clock.now());
  stage.streams.set(file, stream);
  await stream.opened;
}

const PATIENCE_MS = 5_000;

/** Gives the network time to bring what was written: as much as was recorded, and its end. */
export async function arrived(recorded: RecordedStream, actual: RawStream): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  const left = Number(/^\d+/.exec(recorded.cut ?? '')?.[0] ?? 0);
  const complete = () =>
    recorded.end === null ? actual.chunks.length >= recorded.chunks.length + left : actual.end !== null;
  while (!complete() && Date.now() < until) await settle(1);
  await settle(50);
}

interface Frame {
  text: string;
  /** Which chunk it began in. */
  chunk: number;
  /** Bytes of it in each chunk of the transfer that carried a part of it. */
  pieces: number[];
}

/** Splits chunks into frames; blank lines after a frame belong to it. */
export function framesOf(chunks: readonly string[]): Frame[] {
  const whole = chunks.join('');
  const frames: Frame[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const chunk of chunks) {
    at += chunk.length;
    ends.push(at);
  }
  const pattern = /[^\n](?:[^\n]|\n(?!\n))*\n\n+/g;
  for (let found = pattern.exec(whole); found; found = pattern.exec(whole)) {
    const pieces: number[] = [];
    let from = found.index;
    const to = found.index + found[0].length;
    let chunk = -1;
    for (const [i, end] of ends.entries()) {
      if (end <= from) continue;
      if (chunk < 0) chunk = i;
      const until = Math.min(end, to);
      pieces.push(Buffer.byteLength(whole.slice(from, until)));
      from = until;
      if (from >= to) break;
    }
    frames.push({ text: found[0], chunk, pieces });
  }
  return frames;
}

const dataOf = (frame: Frame): unknown => JSON.parse(frame.text.slice('data: '.length));
/** Which build a frame is about; '' for a ping. */
function buildOf(frame: Frame): string {
  if (!isData(frame)) return '';
  const { build, pipeline } = dataOf(frame) as { build?: { id?: number }; pipeline?: { id?: number } };
  return String((build ?? pipeline)?.id);
}

const isData = (frame: Frame): boolean => frame.text.startsWith('data: ');

/** `ping`, `data` or `end`, with the blank lines that close it. */
function kindOf(frame: Frame): string {
  const blank = /\n+$/.exec(frame.text)?.[0].length ?? 0;
  const kind = isData(frame) ? 'data' : frame.text.trimEnd();
  return `${kind} and ${blank} newlines`;
}

const endOf = (recorded: RecordedStream): string | null =>
  recorded.end === null || recorded.end === 'closed by server' ? recorded.end : 'broken';

/** Positions are those of frames; -1 is the stream as a whole. */
export type Place = [frame: number, deviation: Deviation];

export function compareStream(recorded: RecordedStream, actual: RawStream, tolerance: Tolerance): Place[] {
  const found: Place[] = [];
  const whole = (one: Deviation) => found.push([-1, one]);
  if (recorded.status !== actual.status) {
    whole({ at: 'status', kind: 'value', recorded: recorded.status, actual: actual.status });
  }
  for (const one of compareHeaders(recorded.headers, actual.headers)) whole(one);
  if (endOf(recorded) !== actual.end) {
    whole({ at: 'end', kind: 'value', recorded: recorded.end, actual: actual.end });
  }
  const text = actual.chunks.map((chunk) => chunk.text);
  if (recorded.status !== 200) {
    const wanted = recorded.chunks.map(([, chunk]) => chunk).join('');
    if (wanted !== text.join('')) {
      whole({ at: 'text', kind: 'value', recorded: wanted, actual: text.join('') });
    }
    return found;
  }
  const wanted = framesOf(recorded.chunks.map(([, chunk]) => chunk));
  const given = framesOf(text);
  if (recorded.path.startsWith('/api/stream/logs/'))
    return [...found, ...compareLines(recorded, actual, wanted, given)];
  const isLog = /\/\d+\/\d+\/\d+$/.test(recorded.path);
  if (!isLog) return [...found, ...compareEvents(wanted, given, tolerance)];
  found.push(...compareLogFrames(recorded, wanted, given));
  if (!recorded.cut) found.push(...compareArrival(recorded, actual, wanted, given));
  return found;
}

function compareEvents(wanted: Frame[], given: Frame[], tolerance: Tolerance): Place[] {
  const found: Place[] = [];
  if (wanted.length !== given.length) {
    found.push([-1, { at: 'frames', kind: 'length', recorded: wanted.length, actual: given.length }]);
  }
  const builds = (frames: Frame[]) => frames.map(buildOf).join();
  if (builds(wanted) !== builds(given)) {
    found.push([-1, { at: 'builds', kind: 'order', recorded: builds(wanted), actual: builds(given) }]);
  }
  // Builds that run side by side are told of as their runners' reports come in; each by itself has one order.
  const waiting = new Map<string, Frame[]>();
  for (const frame of given) waiting.set(buildOf(frame), [...(waiting.get(buildOf(frame)) ?? []), frame]);
  for (const [i, one] of wanted.entries()) {
    const other = waiting.get(buildOf(one))?.shift();
    if (!other) {
      found.push([i, { at: 'frame', kind: 'missing', recorded: buildOf(one), actual: undefined }]);
      continue;
    }
    if (kindOf(one) !== kindOf(other)) {
      found.push([i, { at: 'frame', kind: 'type', recorded: kindOf(one), actual: kindOf(other) }]);
      continue;
    }
    if (isData(one))
      for (const each of compareJson(dataOf(one), dataOf(other), tolerance)) found.push([i, each]);
    found.push(...comparePieces(i, one, other));
  }
  return found;
}

/** A frame of the recorded length is cut where the recorded one was; another only as often. */
function comparePieces(i: number, one: Frame, other: Frame): Place[] {
  const sum = (list: number[]) => list.reduce((all, each) => all + each, 0);
  const exact = sum(one.pieces) === sum(other.pieces);
  const same = exact ? one.pieces.join() === other.pieces.join() : one.pieces.length === other.pieces.length;
  return same ? [] : [[i, { at: 'pieces', kind: 'value', recorded: one.pieces, actual: other.pieces }]];
}

/** Woodpecker's lines are numbered: every kept frame is there to the letter, and as many in all. */
function compareLines(recorded: RecordedStream, actual: RawStream, wanted: Frame[], given: Frame[]): Place[] {
  const left = Number(/^\d+/.exec(recorded.cut ?? '')?.[0] ?? 0);
  const found: Place[] = [];
  if (wanted.length + left !== given.length) {
    found.push([-1, { at: 'frames', kind: 'length', recorded: wanted.length + left, actual: given.length }]);
  }
  // Where the middle was left out, the number of a line tells how much.
  let skipped = 0;
  for (const [i, frame] of wanted.entries()) {
    const number = Number(/^id: (\d+)/.exec(frame.text)?.[1] ?? 0);
    if (left > 0 && number > 0 && number > i + skipped) skipped = number - i;
    const other = given[i + skipped];
    if (frame.text !== other?.text)
      found.push([i, { at: 'frame', kind: 'value', recorded: frame.text, actual: other?.text }]);
    else found.push(...comparePieces(i, frame, other), ...compareMoment(recorded, actual, i, frame, other));
  }
  return found;
}

function compareLogFrames(recorded: RecordedStream, wanted: Frame[], given: Frame[]): Place[] {
  const found: Place[] = [];
  const records = (frames: Frame[]) =>
    frames.filter(isData).map((frame) => dataOf(frame) as { pos: number; out: string; time: number });
  const [expected, actual] = [records(wanted), records(given)];
  if (recorded.cut) found.push(...compareCut(recorded, expected, actual));
  else if (expected.length > 0 || actual.length > 0) {
    for (const one of compareLog(expected, actual)) found.push([-1, one]);
  }
  // What is not a record stands where it stood: the ping first, the end last.
  const others = (frames: Frame[]) => frames.filter((frame) => !isData(frame)).map(kindOf);
  if (others(wanted).join('|') !== others(given).join('|')) {
    found.push([-1, { at: 'frames', kind: 'order', recorded: others(wanted), actual: others(given) }]);
  }
  const wrong = given.filter(isData).find((frame) => !/^data: \{.*\}\n\n\n$/.test(frame.text));
  if (wrong) found.push([-1, { at: 'frame', kind: 'type', recorded: 'three newlines', actual: wrong.text }]);
  const texts = new Map(given.map((frame) => [frame.text, frame]));
  for (const [i, frame] of wanted.entries()) {
    const other = texts.get(frame.text);
    if (other) found.push(...comparePieces(i, frame, other));
  }
  return found;
}

/** A runner sends what a step printed once a second: no record comes more than a batch sooner or later than it did. */
const BATCH_MS = 1_100;

function compareArrival(
  recorded: RecordedStream,
  actual: RawStream,
  wanted: Frame[],
  given: Frame[],
): Place[] {
  const texts = new Map(given.map((frame) => [frame.text, frame]));
  return wanted.flatMap((frame, i): Place[] => {
    const other = texts.get(frame.text);
    return other ? compareMoment(recorded, actual, i, frame, other) : [];
  });
}

function compareMoment(
  recorded: RecordedStream,
  actual: RawStream,
  i: number,
  frame: Frame,
  other: Frame,
): Place[] {
  const then = recorded.chunks[frame.chunk]?.[0] ?? 0;
  const now = (actual.chunks[other.chunk]?.at ?? 0) - actual.openedAt;
  const late = Math.abs(now - then) > BATCH_MS;
  return late ? [[i, { at: 'arrival', kind: 'value', recorded: then, actual: now }]] : [];
}

/** Of a stream whose middle was left out: every record that was kept is there, and as many in all. */
function compareCut(
  recorded: RecordedStream,
  expected: { pos: number; out: string; time: number }[],
  actual: { pos: number; out: string; time: number }[],
): Place[] {
  const left = Number(/^\d+/.exec(recorded.cut ?? '')?.[0] ?? 0);
  const found: Place[] = [];
  const byPos = new Map(actual.map((one) => [one.pos, one]));
  const ends = (list: typeof actual) => [list[0]?.pos, list.at(-1)?.pos, list.length];
  const wanted = ends(expected);
  wanted[2] = expected.length + left;
  if (wanted.join() !== ends(actual).join()) {
    found.push([-1, { at: 'records', kind: 'length', recorded: wanted, actual: ends(actual) }]);
  }
  const wrong = expected.find(
    (one) => byPos.get(one.pos)?.out !== one.out || byPos.get(one.pos)?.time !== one.time,
  );
  if (wrong) found.push([-1, { at: 'json', kind: 'value', recorded: wrong, actual: byPos.get(wrong.pos) }]);
  return found;
}
