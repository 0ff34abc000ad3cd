import { z } from 'zod';
import type { Deviation } from './compare.ts';
import { ask } from './http.ts';
import type { Happening } from './play.ts';
import { recordedObject } from './recording.ts';
import type { Stage } from './stage.ts';

const folder = 'woodpecker-3.17.0/';
const Entry = z.object({
  id: z.number(),
  step_id: z.number(),
  time: z.number(),
  line: z.number(),
  data: z.string().nullable(),
  type: z.number(),
});
const Log = z.array(Entry).nullable();
const Pipeline = z.object({
  workflows: z.array(z.object({ children: z.array(z.object({ id: z.number(), state: z.string() })) })),
});

async function read(stage: Stage, path: string): Promise<unknown> {
  const headers = stage.credentials('woodpecker', 'ada');
  return JSON.parse((await ask(stage.ports.woodpecker, 'GET', path, headers, undefined)).body);
}

const differ = (at: string, recorded: unknown, actual: unknown): Deviation[] =>
  JSON.stringify(recorded) === JSON.stringify(actual) ? [] : [{ at, kind: 'value', recorded, actual }];

/** The note of list 11: the stored log of the step that the late viewer watched. */
export async function lateViewersLog(stage: Stage): Promise<Deviation[]> {
  const [recorded] = recordedObject(
    `${folder}11-late-viewer-and-burst.json`,
    z.array(z.object({ records: z.number(), first: Log, last: Log })),
  );
  const log = Log.parse(await read(stage, '/api/repos/2/logs/19/99')) ?? [];
  return [
    ...differ('records', recorded?.records, log.length),
    ...differ('first', recorded?.first, log.slice(0, 2)),
    ...differ('last', recorded?.last, log.slice(-2)),
  ];
}

const Notes = z.array(
  z.object({
    poll: z.array(z.tuple([z.number(), z.string(), z.number()])).optional(),
    bytes_of_each: z.array(z.number()).optional(),
  }),
);
const notes = () => recordedObject(`${folder}10-edges.json`, Notes);

/** A step's state and how many of its lines were stored, looked at three times around its end; from `begin` on. */
export class Poll {
  readonly #seen: [number, string, number][] = [];

  constructor(readonly begin: number) {}

  happenings(): Happening[] {
    const recorded = notes().find((one) => one.poll)?.poll ?? [];
    return recorded.map(([ms]) => ({ at: this.begin + ms, run: (stage) => this.#look(stage, ms) }));
  }

  async #look(stage: Stage, ms: number): Promise<void> {
    const { workflows } = Pipeline.parse(await read(stage, '/api/repos/2/pipelines/13'));
    const step = workflows.flatMap((one) => one.children).find((one) => one.id === 64);
    const log = Log.parse(await read(stage, '/api/repos/2/logs/13/64'));
    this.#seen.push([ms, step?.state ?? '', log?.length ?? 0]);
  }

  compare(): Deviation[] {
    return differ('poll', notes().find((one) => one.poll)?.poll, this.#seen);
  }
}

/** Notes of list 10: a line of 1,500,000 characters is two entries. */
export async function longLine(stage: Stage): Promise<Deviation[]> {
  const log = Log.parse(await read(stage, '/api/repos/2/logs/13/65')) ?? [];
  const bytes = log.map((one) => Buffer.from(one.data ?? '', 'base64').length);
  return differ('bytes', notes().find((one) => one.bytes_of_each)?.bytes_of_each, bytes);
}
