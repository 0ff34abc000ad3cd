import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** The forms of the recorded files; `recordings/README.md` of the project they came with says what each file shows. */
const Exchange = z.object({
  at_ms: z.number().default(0),
  took_ms: z.number().default(0),
  /** Who asked. */
  as: z.string().default('anonymous'),
  /** In the one list that names the asker this way. */
  by: z.string().optional(),
  request: z
    .object({
      method: z.string(),
      path: z.string().optional(),
      url: z.string().optional(),
      json: z.unknown().optional(),
      text: z.string().optional(),
    })
    .optional(),
  response: z
    .object({
      status: z.number(),
      headers: z.record(z.string(), z.string()).default({}),
      json: z.unknown().optional(),
      text: z.string().optional(),
    })
    .optional(),
  note: z.string().nullish(),
});
export type Exchange = z.infer<typeof Exchange>;

const Stream = z.object({
  as: z.string(),
  path: z.string(),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  /** `[arrival in ms, text]`, one per chunk of the transfer. */
  chunks: z.array(z.tuple([z.number(), z.string()])),
  /** `null`: still open when the recording stopped. One file does not say so. */
  end: z.string().nullable().default(null),
  end_ms: z.number().nullish(),
  /** Present where chunks of the middle were left out. */
  cut: z.string().optional(),
});
export type RecordedStream = z.infer<typeof Stream>;

const folder = new URL('../../recordings/', import.meta.url);

function load(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
}

/** Every recorded file, e.g. `gitea-1.25.4/01-oauth.json`. */
export function recordedFiles(): string[] {
  const servers = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return servers
    .flatMap(({ name }) => readdirSync(new URL(name, folder)).map((file) => `${name}/${file}`))
    .sort();
}

/** @param file e.g. `drone-2.25.0/01-identity-and-repos.json` */
export function recordedList(file: string): Exchange[] {
  return z.array(Exchange).parse(load(file));
}

/** @param file e.g. `drone-2.25.0/02-events-ada.sse.json` */
export function recordedStream(file: string): RecordedStream {
  return Stream.parse(load(file));
}

/** A file of another form, for the test that reads it to check. */
export function recordedObject<T>(file: string, schema: z.ZodType<T>): T {
  return schema.parse(load(file));
}
