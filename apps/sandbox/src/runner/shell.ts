import { type ReadPattern, usualReads } from './reads.ts';
import { type Node, parseScript, type Word, type WordPart } from './shell-parser.ts';

/** What a running script asks of whoever drives it. Generators keep the script free of timers. */
export type ShellStep =
  | { do: 'write'; data: Uint8Array; how: 'lines' | ReadPattern }
  | { do: 'sleep'; ms: number }
  | { do: 'hold'; name: string };

export interface ShellContext {
  env: Map<string, string>;
  files: ReadonlyMap<string, string>;
  /** Nobody looks at the output: generators may skip making it. */
  quiet: boolean;
  /** Off where a failure is asked about (left of && and ||, the test of an if). */
  errexit?: boolean;
}

export type Program = (
  args: string[],
  input: Uint8Array,
  context: ShellContext,
) => Generator<ShellStep, number>;

class Exit {
  constructor(readonly code: number) {}
}

const text = new TextEncoder();

/** Runs a script to its exit code. `set -e` holds, as in the runner's scripts: the first failure ends it. */
export function* runScript(
  source: string,
  context: ShellContext,
  programs: ReadonlyMap<string, Program>,
): Generator<ShellStep, number> {
  try {
    return yield* runNode(parseScript(source), context, programs, new Uint8Array());
  } catch (error) {
    if (error instanceof Exit) return error.code;
    if (error instanceof SyntaxError) {
      yield { do: 'write', data: text.encode(`/bin/sh: syntax error: ${error.message}\n`), how: 'lines' };
      return 2;
    }
    throw error;
  }
}

function* runNode(
  node: Node,
  context: ShellContext,
  programs: ReadonlyMap<string, Program>,
  input: Uint8Array,
): Generator<ShellStep, number> {
  switch (node.kind) {
    case 'list': {
      let code = 0;
      for (const child of node.items) {
        code = yield* runNode(child, context, programs, input);
        const asked = context.errexit === false || (child.kind === 'and-or' && child.last === 'left');
        if (code !== 0 && !asked) throw new Exit(code);
      }
      return code;
    }
    case 'and-or': {
      const left = yield* guarded(node.left, context, programs, input);
      if ((node.operator === '&&') !== (left === 0)) {
        node.last = 'left';
        return left;
      }
      node.last = 'right';
      return yield* runNode(node.right, context, programs, input);
    }
    case 'pipe':
      return yield* runPipe(node.parts, context, programs, input);
    case 'for': {
      let code = 0;
      for (const value of node.words.flatMap((word) => expand(word, context))) {
        context.env.set(node.name, value);
        code = yield* runNode(node.body, context, programs, input);
      }
      return code;
    }
    case 'if': {
      const code = yield* guarded(node.test, context, programs, input);
      if (code === 0) return yield* runNode(node.then, context, programs, input);
      return node.otherwise ? yield* runNode(node.otherwise, context, programs, input) : 0;
    }
    case 'command':
      return yield* runCommand(node.words, context, programs, input);
  }
}

/** A part whose failure does not end the script (left of && and ||, the test of an if). */
function* guarded(
  node: Node,
  context: ShellContext,
  programs: ReadonlyMap<string, Program>,
  input: Uint8Array,
): Generator<ShellStep, number> {
  return yield* runNode(node, { ...context, errexit: false }, programs, input);
}

function* runPipe(
  parts: Node[],
  context: ShellContext,
  programs: ReadonlyMap<string, Program>,
  input: Uint8Array,
): Generator<ShellStep, number> {
  let data = input;
  for (const [index, part] of parts.entries()) {
    const running = runNode(part, { ...context, quiet: false }, programs, data);
    if (index === parts.length - 1) return yield* running;
    const collected: Uint8Array[] = [];
    for (let step = running.next(); !step.done; step = running.next()) {
      if (step.value.do === 'write') collected.push(step.value.data);
      else yield step.value;
    }
    data = Buffer.concat(collected);
  }
  return 0;
}

function* runCommand(
  words: Word[],
  context: ShellContext,
  programs: ReadonlyMap<string, Program>,
  input: Uint8Array,
): Generator<ShellStep, number> {
  const assignments: [string, string][] = [];
  const rest = [...words];
  for (let word = rest[0]; word; word = rest[0]) {
    const first = word[0];
    const match = first?.kind === 'text' && !first.quoted ? /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text) : null;
    if (!match) break;
    const value = expand(
      [{ kind: 'text', text: match[2] ?? '', quoted: true }, ...word.slice(1)],
      context,
      true,
    );
    assignments.push([match[1] as string, value.join(' ')]);
    rest.shift();
  }
  for (const [name, value] of assignments) context.env.set(name, value);
  const [name, ...args] = rest.flatMap((word) => expand(word, context));
  if (name === undefined) return 0;
  if (name === 'exit') throw new Exit(Number(args[0] ?? 0) & 255);
  if (name === 'set' || name === 'cd' || name === ':') return 0;
  if (name === 'export') {
    for (const arg of args) {
      const at = arg.indexOf('=');
      if (at > 0) context.env.set(arg.slice(0, at), arg.slice(at + 1));
    }
    return 0;
  }
  if (name === 'sh' || name === 'bash') {
    const script = scriptOf(args, context, input);
    if (script === undefined) {
      yield {
        do: 'write',
        data: text.encode(`/bin/sh: 0: cannot open ${args[0]}: No such file\n`),
        how: 'lines',
      };
      return 2;
    }
    try {
      return yield* runNode(parseScript(script), context, programs, new Uint8Array());
    } catch (error) {
      if (error instanceof Exit) return error.code;
      throw error;
    }
  }
  const program = programs.get(name);
  if (!program) {
    yield { do: 'write', data: text.encode(`/bin/sh: ${name}: not found\n`), how: 'lines' };
    return 127;
  }
  return yield* program(args, input, context);
}

/** `-c` text, a file of the commit, or the input; undefined when there is no such file. */
function scriptOf(args: string[], context: ShellContext, input: Uint8Array): string | undefined {
  if (args[0] === '-c') return args[1] ?? '';
  if (args[0] !== undefined) return context.files.get(args[0]);
  return new TextDecoder().decode(input);
}

/** A word's values: unquoted variables split at blanks, as the shell does. */
function expand(word: Word, context: ShellContext, whole = false): string[] {
  let current = '';
  let started = false;
  const values: string[] = [];
  for (const part of word) {
    const value = partValue(part, context);
    if (part.kind !== 'text' && !part.quoted && !whole) {
      const pieces = value.split(/\s+/);
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) {
          if (started && current !== '') values.push(current);
          current = '';
        }
        current += piece;
        if (piece !== '') started = true;
      }
    } else {
      current += value;
      started = true;
    }
  }
  if (started && (current !== '' || word.some((part) => part.quoted))) values.push(current);
  return values;
}

function partValue(part: WordPart, context: ShellContext): string {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'variable') return context.env.get(part.name) || part.fallback || '';
  return String(arithmetic(part.text, context));
}

/** `$(( … ))` with + - * / % and variables, left to right by precedence. */
function arithmetic(source: string, context: ShellContext): number {
  const tokens = source.match(/\d+|[A-Za-z_]\w*|[-+*/%()]/g) ?? [];
  let at = 0;
  const value = (): number => {
    const token = tokens[at++];
    if (token === '(') {
      const inner = sum();
      at += 1;
      return inner;
    }
    if (token === '-') return -value();
    if (token === undefined) return 0;
    return /^\d/.test(token) ? Number(token) : Number(context.env.get(token) ?? 0);
  };
  const product = (): number => {
    let left = value();
    for (let token = tokens[at]; token === '*' || token === '/' || token === '%'; token = tokens[at]) {
      at += 1;
      const right = value();
      left = token === '*' ? left * right : token === '/' ? Math.trunc(left / right) : left % right;
    }
    return left;
  };
  const sum = (): number => {
    let left = product();
    for (let token = tokens[at]; token === '+' || token === '-'; token = tokens[at]) {
      at += 1;
      const right = product();
      left = token === '+' ? left + right : left - right;
    }
    return left;
  };
  return sum();
}

/** A write of a program with a buffer of its own. */
export function blockWrite(data: string | Uint8Array, how: ReadPattern = usualReads): ShellStep {
  return { do: 'write', data: typeof data === 'string' ? text.encode(data) : data, how };
}

/** A write of the shell itself, which flushes at every line end. */
export function lineWrite(data: string | Uint8Array): ShellStep {
  return { do: 'write', data: typeof data === 'string' ? text.encode(data) : data, how: 'lines' };
}
