import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import type { WpError } from './model.ts';

/** The part of a Woodpecker workflow file that the sandbox's server and agents act on. */
const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const words = z.union([z.array(word), word.transform((one) => [one])]);
const filter = z
  .union([
    words.transform((include) => ({ include, exclude: [] as string[] })),
    z.object({ include: words.default([]), exclude: words.default([]) }),
  ])
  .optional();

const condition = z.object({
  event: words.optional(),
  branch: filter,
  ref: filter,
  repo: filter,
  path: filter,
  cron: filter,
  platform: filter,
  instance: filter,
  matrix: z.record(z.string(), word).optional(),
  status: words.optional(),
  evaluate: z.string().optional(),
});
/** Any of these has to hold. */
const when = z.union([z.array(condition), condition.transform((one) => [one])]).optional();

const value = z.union([z.object({ from_secret: z.string() }), word]);
const dependency = z.union([
  z.string().transform((name) => ({ name, optional: false })),
  z.object({ name: z.string(), optional: z.boolean().default(false) }),
]);
const dependencies = z
  .union([z.array(dependency), dependency.transform((one) => [one])])
  .optional()
  .transform((list) => list ?? []);

const step = z.object({
  name: z.string().default(''),
  image: word.default(''),
  commands: words.default([]),
  environment: z.record(z.string(), value).default({}),
  settings: z.record(z.string(), z.unknown()).default({}),
  failure: z.string().default(''),
  when,
});

const named = <T extends z.ZodType>(shape: T) =>
  z.union([
    z.array(shape),
    z.record(z.string(), shape).transform((all) => {
      return Object.entries(all).map(([name, one]) => ({ ...(one as object), name }) as z.infer<T>);
    }),
  ]);

const workflow = z.object({
  when,
  steps: named(step),
  skip_clone: z.boolean().default(false),
  depends_on: dependencies,
  runs_on: words.default([]),
  labels: z.record(z.string(), word).default({}),
  matrix: z
    .union([z.object({ include: z.array(z.record(z.string(), word)) }), z.record(z.string(), words)])
    .optional(),
});

export type Condition = z.infer<typeof condition>;
export type WorkflowFile = z.infer<typeof workflow>;
export type StepFile = z.infer<typeof step>;
export type EnvironmentValue = z.infer<typeof value>;

/** Why a workflow file cannot be used. The pipeline gets the status `error` and lists these. */
export class WpConfigError extends Error {
  constructor(readonly errors: WpError[]) {
    super(errors.map((one) => one.message).join('; '));
  }
}

export const compilerError = (message: string): WpError => ({
  type: 'compiler',
  message,
  is_warning: false,
  data: null,
});

const linterError = (file: string, field: string, message: string): WpError => ({
  type: 'linter',
  message,
  is_warning: false,
  data: { file, field },
});

/** The same files come again and again. */
const parsed = new Map<string, WorkflowFile>();

/**
 * @param file its path, for what the linter says
 * @throws WpConfigError in the server's words
 */
export function parseWorkflow(text: string, file: string): WorkflowFile {
  let found = parsed.get(text);
  if (!found) {
    found = parse(text, file);
    if (parsed.size > 200) parsed.clear();
    parsed.set(text, found);
  }
  return found;
}

function parse(text: string, file: string): WorkflowFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fault = document.errors[0];
  if (fault) throw new WpConfigError([compilerError(yamlFault(text, fault, lines))]);
  const bool = boolAsText(document, lines);
  if (bool) throw new WpConfigError([compilerError(bool)]);
  const read = workflow.safeParse(document.toJS());
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = issue?.path.join('.') ?? '';
    throw new WpConfigError([linterError(file, field || 'steps', 'Invalid or missing `steps` section')]);
  }
  for (const one of read.data.steps) {
    if (one.image === '')
      throw new WpConfigError([linterError(file, `steps.${one.name}`, 'Invalid or missing image')]);
  }
  return read.data;
}

/** The words of Go's parser; where it is stands only in the text. */
function yamlFault(
  text: string,
  fault: { code: string; pos: [number, number]; message: string },
  lines: LineCounter,
): string {
  const open = Math.max(text.lastIndexOf('['), text.lastIndexOf('{'));
  const flow = open >= 0 && !text.slice(open).includes(text[open] === '[' ? ']' : '}');
  if (flow) {
    const kind = text[open] === '[' ? 'sequence' : 'mapping';
    const from = lines.linePos(open);
    const end = text.replace(/\n$/, '').split('\n').length + 1;
    const wanted = kind === 'sequence' ? "',' or ']'" : "',' or '}'";
    return `go-yaml load error in parser (while parsing a flow ${kind}) at L${from.line}.C${from.col}-L${end}.C1: did not find expected ${wanted}`;
  }
  const { line, col } = lines.linePos(fault.pos[0]);
  return `go-yaml load error in scanner at L${line}.C${col}: ${fault.message.split(/ at line|\n/)[0]}`;
}

/** A plain `true` where a text is wanted: Go's reader takes numbers there, but no booleans. */
function boolAsText(document: Document.Parsed, lines: LineCounter): string | undefined {
  let found: string | undefined;
  visit(document, {
    Scalar(key, node, path) {
      if (typeof node.value !== 'boolean' || key === 'key' || found) return;
      const names = path.flatMap((one) =>
        typeof one === 'object' && 'key' in one ? [String((one.key as { value?: unknown }).value)] : [],
      );
      if (!names.some((name) => name === 'commands' || name === 'image' || name === 'name')) return;
      const line = lines.linePos(node.range?.[0] ?? 0).line;
      found = `yaml: construct errors: line ${line}: cannot unmarshal '${node.value}' of type bool into a string value`;
    },
  });
  return found;
}
