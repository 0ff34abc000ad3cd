import type { Deviation, Tolerance } from './compare.ts';
import { allowed } from './deviations.ts';
import type { Answer } from './http.ts';
import { judge } from './judge.ts';
import { type Exchange, recordedList, recordedStream } from './recording.ts';
import { advanceTo, EPOCH, type ServerName, type Stage, sendRecorded, settle } from './stage.ts';
import { arrived, compareStream, framesOf, openRecorded } from './streams.ts';

/** Something that went on beside the recorded requests, `at` ms of the list's own time. */
export interface Happening {
  at: number;
  run: (stage: Stage) => Promise<unknown> | unknown;
}

/** How to play one recorded list. */
export interface Script {
  /** In the folder of recordings, e.g. `drone-2.25.0/03-actions.json`. */
  file: string;
  server: ServerName;
  /** When its first request was, in seconds after `EPOCH`; told by times in its answers. */
  begin: number;
  happenings?: Happening[];
  /** Streams that were read meanwhile, with the moment (ms of the list's time) at which each was opened. */
  streams?: { file: string; at: number; keepOpen?: boolean }[];
  /** Ms of the list's time at which it is over. */
  length?: number;
  /** Requests that were not sent as the list says them (a wrong token, a form in a browser), by position. */
  instead?: Record<number, (stage: Stage, exchange: Exchange) => Promise<Answer>>;
}

/** Seconds that times may lie apart: a push was recorded by its commit's time, some seconds before the hook. */
const TOLERANCE: Tolerance = { seconds: 6 };

export interface Played {
  file: string;
  /** Exchanges of a list, frames of a stream. */
  compared: number;
  /** One line for each point that differs and is not on the list. */
  unexpected: string[];
  /** Entries of the list that did not deviate. */
  idle: string[];
}

const brief = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);

export function describeDeviation(where: string, one: Deviation): string {
  return `${where} ${one.at}: ${one.kind}, recorded ${brief(one.recorded)}, actual ${brief(one.actual)}`;
}

/** Splits what deviates into what the list allows and the rest, and tells which entries had nothing to allow. */
export class Judgement {
  readonly unexpected: string[] = [];
  readonly #used = new Set<string>();
  readonly #entries;

  constructor(readonly file: string) {
    this.#entries = allowed.filter((entry) => entry.file === file);
  }

  add(exchange: number, where: string, found: Deviation[]): void {
    for (const one of found) {
      const entry = this.#entries.find((each) => each.exchanges.includes(exchange) && each.at.test(one.at));
      if (entry) this.#used.add(`${this.#entries.indexOf(entry)} ${exchange}`);
      else this.unexpected.push(describeDeviation(where, one));
    }
  }

  idle(): string[] {
    return this.#entries.flatMap((entry, i) =>
      entry.exchanges
        .filter((exchange) => !this.#used.has(`${i} ${exchange}`))
        .map((exchange) => `${entry.file} ${exchange} ${entry.at.source} deviates no longer`),
    );
  }
}

/** One line for each file; what is wrong in them, a line each. */
export function summary(all: readonly Played[], say: (line: string) => void): string[] {
  for (const { file, compared, unexpected, idle } of all) {
    const what = file.endsWith('.sse.json') ? 'frames' : 'exchanges';
    say(`${file}: ${compared} ${what} compared, ${unexpected.length + idle.length} wrong`);
  }
  return all.flatMap(({ file, unexpected, idle }) => [...unexpected, ...idle].map((one) => `${file} ${one}`));
}

/** Plays a list in order and compares every answer. */
export async function playList(stage: Stage, script: Script): Promise<Played[]> {
  const start = EPOCH + script.begin * 1000;
  const streams = script.streams ?? [];
  const opening = streams.map(({ file, at }) => ({ at, run: (one: Stage) => openRecorded(one, file) }));
  const waiting = [...(script.happenings ?? []), ...opening].sort((a, b) => a.at - b.at);
  const judgement = new Judgement(script.file);
  let compared = 0;

  async function until(at: number): Promise<void> {
    for (let next = waiting[0]; next && next.at <= at; next = waiting[0]) {
      waiting.shift();
      await advanceTo(stage, start + next.at);
      await next.run(stage);
      await settle();
    }
    await advanceTo(stage, start + at);
  }

  for (const [index, exchange] of recordedList(script.file).entries()) {
    if (!exchange.request || !exchange.response) continue;
    // When in its time a slow call did its work is not known; half of it fits what was seen right after.
    await until(exchange.at_ms + exchange.took_ms / 2);
    const special = script.instead?.[index];
    const answer = special
      ? await special(stage, exchange)
      : await sendRecorded(stage, script.server, exchange);
    const where = `${index} ${exchange.as} ${exchange.request.method} ${exchange.request.path}`;
    judgement.add(index, where, judge(exchange, answer, TOLERANCE));
    compared += 1;
  }
  await until(Math.max(script.length ?? 0, ...waiting.map((one) => one.at), 0));
  const played = { file: script.file, compared, unexpected: judgement.unexpected, idle: judgement.idle() };
  const others: Played[] = [];
  for (const { file, keepOpen } of streams) others.push(await judgeStream(stage, file, keepOpen ?? false));
  return [played, ...others];
}

async function judgeStream(stage: Stage, file: string, keepOpen: boolean): Promise<Played> {
  const recorded = recordedStream(file);
  const actual = stage.streams.get(file);
  if (!actual) throw new Error(`${file} was never opened`);
  await arrived(recorded, actual);
  const judgement = new Judgement(file);
  for (const [frame, one] of compareStream(recorded, actual, TOLERANCE)) {
    judgement.add(frame, `frame ${frame}`, [one]);
  }
  if (!keepOpen) actual.close();
  // A refusal has no frames: it is one answer.
  const compared = Math.max(1, framesOf(recorded.chunks.map(([, text]) => text)).length);
  return { file, compared, unexpected: judgement.unexpected, idle: judgement.idle() };
}
