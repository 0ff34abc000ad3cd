import { type Document, parseAllDocuments, visit } from 'yaml';
import { z } from 'zod';

/** The part of a Drone pipeline file that the sandbox's server and runners act on. */
const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const listOrOne = z.union([z.array(word), word.transform((one) => [one])]);
const filter = z
  .union([
    listOrOne.transform((include) => ({ include, exclude: [] as string[] })),
    z.object({ include: listOrOne.default([]), exclude: listOrOne.default([]) }),
  ])
  .optional();

const conditions = z
  .object({
    event: filter,
    branch: filter,
    ref: filter,
    target: filter,
    repo: filter,
    cron: filter,
    action: filter,
    status: filter,
    instance: filter,
  })
  .default({});

const value = z.union([z.object({ from_secret: z.string() }), word]);

const step = z.object({
  name: z.string().default(''),
  image: z.string().default(''),
  commands: z.array(z.coerce.string()).default([]),
  environment: z.record(z.string(), value).default({}),
  settings: z.record(z.string(), z.unknown()).default({}),
  failure: z.string().default(''),
  detach: z.boolean().default(false),
  depends_on: listOrOne.default([]),
  when: conditions,
});

const pipeline = z.object({
  kind: z.string(),
  type: z.string().optional(),
  name: z.string().default('default'),
  platform: z
    .object({ os: z.string().default(''), arch: z.string().default(''), variant: z.string().default('') })
    .default({ os: '', arch: '', variant: '' }),
  clone: z.object({ disable: z.boolean().default(false) }).default({ disable: false }),
  concurrency: z.object({ limit: z.coerce.number().default(0) }).default({ limit: 0 }),
  node: z.record(z.string(), z.coerce.string()).default({}),
  environment: z.record(z.string(), value).default({}),
  trigger: conditions,
  depends_on: listOrOne.default([]),
  image_pull_secrets: listOrOne.default([]),
  steps: z.array(step).default([]),
});

export type Conditions = z.infer<typeof conditions>;
export type PipelineStep = z.infer<typeof step>;
export type Pipeline = z.infer<typeof pipeline> & { type: string };
export type EnvironmentValue = z.infer<typeof value>;

/** Why a pipeline file cannot be used, in the server's words. A build with status `error` shows it. */
export class PipelineError extends Error {}

export interface PipelineFile {
  pipelines: Pipeline[];
  /** HMAC of a `kind: signature` document. */
  signature: string | undefined;
}

const noPipelines = new Set(['cron', 'secret', 'signature', 'registry', 'template']);

const parsed = new Map<string, PipelineFile>();

/** @throws PipelineError in the server's words. */
export function parsePipelineFile(text: string): PipelineFile {
  let file = parsed.get(text);
  if (!file) {
    file = parse(text);
    if (parsed.size > 200) parsed.clear();
    parsed.set(text, file);
  }
  return file;
}

function parse(text: string): PipelineFile {
  const pipelines: Pipeline[] = [];
  let signature: string | undefined;
  for (const document of parseAllDocuments(text)) {
    const error = document.errors[0];
    if (error) throw new PipelineError(yamlFault(error.code, error.linePos?.[0].line ?? 1, error.message));
    const bad = surrogateLine(document, text);
    if (bad !== undefined) throw new PipelineError(yamlFault('BAD_DQ_ESCAPE', bad, ''));
    const data: unknown = document.toJS();
    if (data === null || typeof data !== 'object') continue;
    const kind = 'kind' in data ? data.kind : undefined;
    if (kind === 'signature' && 'hmac' in data) signature = String(data.hmac);
    if (kind === undefined || kind === null || kind === '')
      throw new PipelineError('yaml: missing kind attribute');
    // Any other kind, a misspelt one too, makes a stage (seen on 2.25.0), for which no runner asks.
    if (noPipelines.has(String(kind))) continue;
    const read = pipeline.safeParse(data);
    if (!read.success)
      throw new PipelineError(`yaml: unmarshal errors:\n  ${read.error.issues[0]?.message ?? ''}`);
    pipelines.push(withDefaults(read.data));
  }
  lint(pipelines);
  return { pipelines, signature };
}

/** The line of an escaped surrogate, which Go's parser refuses: JSON's way to write an emoji breaks a YAML file. */
function surrogateLine(document: Document.Parsed, text: string): number | undefined {
  let line: number | undefined;
  visit(document, {
    Scalar(_key, node) {
      if (node.type !== 'QUOTE_DOUBLE' || !node.range) return;
      const [from, to] = node.range;
      const at = text.slice(from, to).search(/(?<!\\)(?:\\\\)*\\u[dD][89abAB]/);
      if (at >= 0) line ??= text.slice(0, from + at).split('\n').length;
    },
  });
  return line;
}

/** The wording of Go's parser for the fault people make most; others keep the plain message. */
function yamlFault(code: string, line: number, message: string): string {
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'MULTILINE_IMPLICIT_KEY') {
    return `yaml: line ${line}: mapping values are not allowed in this context`;
  }
  if (code === 'BAD_DQ_ESCAPE') return `yaml: line ${line}: found invalid Unicode character escape code`;
  return `yaml: line ${line}: ${message.split('\n')[0]?.replace(/ at line.*$/, '') ?? 'cannot be read'}`;
}

function withDefaults(one: z.infer<typeof pipeline>): Pipeline {
  return {
    ...one,
    type: one.type ?? (one.kind === 'pipeline' ? 'docker' : ''),
    steps: one.steps.map((each, index) => ({ ...each, name: each.name || `step_${index + 1}` })),
  };
}

function lint(pipelines: Pipeline[]): void {
  const seen = new Set<string>();
  for (const one of pipelines) {
    if (seen.has(one.name)) throw new PipelineError('linter: duplicate pipeline names');
    for (const name of one.depends_on) {
      if (!seen.has(name)) throw new PipelineError('linter: invalid or unknown pipeline dependency');
    }
    seen.add(one.name);
    const steps = new Set<string>();
    for (const each of one.steps) {
      if (steps.has(each.name) || each.name === 'clone')
        throw new PipelineError('linter: duplicate step names');
      steps.add(each.name);
      if (one.type === 'docker' && each.image === '')
        throw new PipelineError('linter: invalid or missing image');
    }
  }
}
