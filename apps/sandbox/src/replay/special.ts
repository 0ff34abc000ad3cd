import { z } from 'zod';
import type { Deviation } from './compare.ts';
import { ask } from './http.ts';
import { recordedObject } from './recording.ts';
import type { Stage } from './stage.ts';

const folder = 'drone-2.25.0/';
const Line = z.object({ pos: z.number(), out: z.string(), time: z.number() });
const Log = z.array(Line);
type Log = z.infer<typeof Log>;

async function read(stage: Stage, path: string): Promise<{ body: string; json: unknown }> {
  const headers = stage.credentials('drone', 'ada');
  const answer = await ask(stage.ports.drone, 'GET', path, headers, undefined);
  return { body: answer.body, json: JSON.parse(answer.body) };
}

const differ = (at: string, recorded: unknown, actual: unknown): Deviation[] =>
  JSON.stringify(recorded) === JSON.stringify(actual) ? [] : [{ at, kind: 'value', recorded, actual }];

/** `time` is left out: whether a thousand lines fall before or after a second's edge is the machine's speed. */
const plain = (log: Log) => log.map(({ pos, out }) => [pos, out]);

/** A step of 10,000 lines at full speed: the first 700 records are the recorded ones, and as many are there in all. */
export async function splitRecords(stage: Stage): Promise<Deviation[]> {
  const recorded = recordedObject(
    `${folder}08-log-split-records.json`,
    z.object({ path: z.string(), note: z.string(), records: Log }),
  );
  const log = Log.parse((await read(stage, recorded.path)).json);
  const total = Number(/: ([\d,]+) records/.exec(recorded.note)?.[1]?.replace(',', ''));
  return [
    ...differ('records', plain(recorded.records), plain(log.slice(0, recorded.records.length))),
    ...differ('length', total, log.length),
  ];
}

/** A step of 100,000 lines: what the runner kept begins and ends where the recorded log does. */
export async function cutAtFiveMiB(stage: Stage): Promise<Deviation[]> {
  const recorded = recordedObject(
    `${folder}08-log-cut-at-5-mib.json`,
    z.object({ path: z.string(), note: z.string(), first: Log, last: Log }),
  );
  const { json, body } = await read(stage, recorded.path);
  const log = Log.parse(json);
  const total = Number(/: ([\d,]+) records/.exec(recorded.note)?.[1]?.replace(',', ''));
  const text = log.reduce((sum, line) => sum + Buffer.byteLength(line.out), 0);
  return [
    ...differ('first', plain(recorded.first), plain(log.slice(0, recorded.first.length))),
    ...differ('last', plain(recorded.last), plain(log.slice(-recorded.last.length))),
    ...differ('length', total, log.length),
    ...differ('text bytes', 5_222_734, text),
    ...differ('megabytes of JSON', '8.9', (Buffer.byteLength(body) / 1e6).toFixed(1)),
  ];
}

const Step = z.object({ name: z.string(), status: z.string(), exit_code: z.number() });
const Build = z.object({
  status: z.string(),
  stages: z.array(Step.extend({ steps: z.array(Step).default([]) })),
});

/** The note of list 12: status and exit codes after each of six cancels of a running step. */
export async function sixCancels(stage: Stage): Promise<Deviation[]> {
  const list = recordedObject(
    `${folder}12-approval-and-edges.json`,
    z.array(z.object({ codes: z.unknown().optional() })),
  );
  const recorded = list.find((one) => one.codes !== undefined)?.codes;
  const actual: unknown[] = [];
  for (let number = 19; number <= 24; number += 1) {
    const build = Build.parse((await read(stage, `/api/repos/acme/checkout/builds/${number}`)).json);
    const code = (one: z.infer<typeof Step>) => [one.name, one.status, one.exit_code];
    actual.push([build.status, ...build.stages.map((one) => [...code(one), one.steps.map(code)])]);
  }
  return differ('codes', recorded, actual);
}

/** The note of list 13: the stored log of the step that the late viewer watched. */
export async function burstLog(stage: Stage): Promise<Deviation[]> {
  const [recorded] = recordedObject(
    `${folder}13-late-viewer-and-burst.json`,
    z.array(z.object({ records: z.number(), first: Log, last: Log })),
  );
  const log = Log.parse((await read(stage, '/api/repos/acme/big/builds/15/logs/1/1')).json);
  return [
    ...differ('records', recorded?.records, log.length),
    ...differ('first', recorded?.first, log.slice(0, 2)),
    ...differ('last', recorded?.last, log.slice(-2)),
  ];
}
