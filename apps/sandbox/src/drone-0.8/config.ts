import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

/** The part of a 0.8 pipeline file that the sandbox's server and agents act on. */
const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const words = z.union([z.array(word), word.transform((one) => [one])]);
const constraint = z
  .union([
    words.transform((include) => ({ include, exclude: [] as string[] })),
    z.object({ include: words.default([]), exclude: words.default([]) }),
  ])
  .optional();

const when = z
  .object({
    ref: constraint,
    repo: constraint,
    instance: constraint,
    platform: constraint,
    environment: constraint,
    event: constraint,
    branch: constraint,
    status: constraint,
    matrix: z.record(z.string(), word).optional(),
  })
  .default({});

/** As a map, or as lines of `NAME=value`. */
const environment = z
  .union([
    z.record(z.string(), word),
    z.array(z.string()).transform((lines) =>
      Object.fromEntries(
        lines.map((line) => {
          const [name = '', value = ''] = line.split(/=(.*)/s);
          return [name, value];
        }),
      ),
    ),
  ])
  .default({});

const secret = z.union([
  z.string().transform((name) => ({ source: name, target: name })),
  z.object({ source: z.string(), target: z.string() }),
]);

const container = z.object({
  name: z.string().optional(),
  image: word.default(''),
  commands: words.default([]),
  environment,
  secrets: z.array(secret).default([]),
  group: z.string().default(''),
  detach: z.boolean().default(false),
  privileged: z.boolean().default(false),
  volumes: z.unknown().optional(),
  network_mode: z.string().default(''),
  when,
});

/** In the order they stand. */
const containers = z
  .record(z.string(), container)
  .nullish()
  .transform((all) => Object.entries(all ?? {}).map(([key, one]) => ({ ...one, name: one.name ?? key })));

const file = z.object({
  platform: z.string().default(''),
  branches: constraint,
  clone: containers,
  services: containers,
  pipeline: containers,
  labels: environment,
  matrix: z
    .union([z.object({ include: z.array(z.record(z.string(), word)) }), z.record(z.string(), words)])
    .optional(),
});

export type D8When = z.infer<typeof when>;
export type D8Container = z.infer<typeof containers>[number];
export type D8File = z.infer<typeof file>;

/** Why a pipeline file cannot be used, in the server's words: the build's `error`. */
export class D8ConfigError extends Error {}

/** The same files come again and again. */
const parsed = new Map<string, D8File>();

/** @throws D8ConfigError */
export function parseFile(text: string): D8File {
  let found = parsed.get(text);
  if (!found) {
    found = parse(text);
    if (parsed.size > 200) parsed.clear();
    parsed.set(text, found);
  }
  return found;
}

function parse(text: string): D8File {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault) {
    const what =
      fault.code === 'BLOCK_AS_IMPLICIT_KEY' || fault.code === 'MULTILINE_IMPLICIT_KEY'
        ? 'mapping values are not allowed in this context'
        : fault.message.split(/ at line|\n/)[0];
    throw new D8ConfigError(`yaml: line ${lines.linePos(fault.pos[0]).line}: ${what}`);
  }
  const read = file.safeParse(document.toJS() ?? {});
  if (read.success) return read.data;
  const place = read.error.issues[0]?.path.join('.') ?? '';
  throw new D8ConfigError(`yaml: unmarshal errors:\n  ${place}: cannot be read`);
}

/** @throws D8ConfigError for what the linter refuses. */
export function lint(file: D8File, trusted: boolean): void {
  if (file.pipeline.length === 0) throw new D8ConfigError('Invalid or missing pipeline section');
  for (const one of [...file.clone, ...file.pipeline, ...file.services]) {
    if (one.image === '') throw new D8ConfigError('Invalid or missing image');
    if (trusted) continue;
    if (one.privileged) throw new D8ConfigError('Insufficient privileges to use privileged mode');
    if (one.network_mode !== '') throw new D8ConfigError('Insufficient privileges to use network_mode');
    if (one.volumes !== undefined) throw new D8ConfigError('Insufficient privileges to use volumes');
  }
}
