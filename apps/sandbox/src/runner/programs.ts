import { git } from './program-git.ts';
import { compileReads, spreadReads } from './reads.ts';
import { blockWrite, lineWrite, type Program, type ShellStep } from './shell.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** printf's escapes; octal ones give raw bytes, so the result is bytes and not text. */
function format(pattern: string, args: string[]): Uint8Array {
  const out: Uint8Array[] = [];
  let next = 0;
  const re = /\\(x[0-9a-fA-F]{1,2}|[0-7]{1,4}|[abefnrtv\\'"])|%(%|0?\d*[sdb])|[^\\%]+|[\s\S]/g;
  const escapes: Record<string, string> = {
    a: '\x07',
    b: '\b',
    e: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
  };
  do {
    const before = next;
    for (const match of pattern.matchAll(re)) {
      const [whole, escaped, verb] = match;
      if (escaped !== undefined) {
        if (escaped[0] === 'x') out.push(Uint8Array.of(Number.parseInt(escaped.slice(1), 16)));
        else if (/^[0-7]/.test(escaped)) out.push(Uint8Array.of(Number.parseInt(escaped, 8) & 255));
        else out.push(bytes(escapes[escaped] ?? escaped));
      } else if (verb === '%') out.push(bytes('%'));
      else if (verb !== undefined) {
        const value = args[next++] ?? (verb.endsWith('d') ? '0' : '');
        const width = Number(verb.slice(0, -1) || 0);
        const text = verb.endsWith('d') ? String(Math.trunc(Number(value) || 0)) : value;
        out.push(bytes(text.padStart(width, verb.startsWith('0') ? '0' : ' ')));
      } else out.push(bytes(whole));
    }
    if (next === before) break;
  } while (next < args.length);
  return Buffer.concat(out);
}

/** Options written as `name=value`. */
function options(args: string[]): Map<string, string> {
  return new Map(
    args.map((arg) => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)] as const),
  );
}

/** Lines of a compiler at work: the generator whose logs were recorded. */
export function compileLines(count: number): string {
  const lines: string[] = [];
  for (let i = 1; i <= count; i++) {
    lines.push(
      `${String(i).padStart(6, '0')} \x1b[32mok\x1b[0m compile src/module_${i % 977}.c with flags -O2 -g\n`,
    );
  }
  return lines.join('');
}

/** Short lines of 26 bytes each: 200,000 of them stay just below what a runner keeps. */
export function shortLines(count: number): string {
  const lines: string[] = [];
  for (let i = 1; i <= count; i++)
    lines.push(`${String(i).padStart(6, '0')} ok case ${String(i % 9973).padStart(5, '0')} 00ms\n`);
  return lines.join('');
}

function* generate(
  args: string[],
  _input: Uint8Array,
  context: { quiet: boolean },
): Generator<ShellStep, number> {
  const wanted = options(args);
  const count = Number(wanted.get('lines') ?? 10);
  const kind = wanted.get('kind') ?? 'compile';
  const every = Number(wanted.get('every') ?? 0);
  if (every > 0) {
    for (let i = 1; i <= count; i++) {
      yield lineWrite(`${wanted.get('text') ?? 'line'} ${i} of ${count}\n`);
      yield { do: 'sleep', ms: every };
    }
    return 0;
  }
  if (context.quiet) return 0;
  if (kind === 'short') {
    const text = shortLines(count);
    yield blockWrite(text, spreadReads(Math.ceil(text.length / 4096), Math.ceil(text.length / 9000)));
  } else yield blockWrite(compileLines(count), compileReads(count));
  return 0;
}

/** `awk 'BEGIN{for(i=1;i<=N;i++) printf FORMAT, i, i%M}'`, the recorded one; nothing else of awk. */
const awk: Program = function* (args) {
  const program =
    /^BEGIN\{for\(i=1;i<=(\d+);i\+\+\)\s*printf[ (]"((?:[^"\\]|\\.)*)",\s*i(?:,\s*i%(\d+))?\)?\}/.exec(
      args[0] ?? '',
    );
  if (!program) {
    yield lineWrite('awk: not in this sandbox\n');
    return 2;
  }
  const count = Number(program[1]);
  const lines: Uint8Array[] = [];
  for (let i = 1; i <= count; i++)
    lines.push(format(program[2] ?? '', [String(i), String(i % Number(program[3] ?? 1))]));
  yield blockWrite(Buffer.concat(lines), compileReads(count));
  return 0;
};

const seq: Program = function* (args) {
  const [from, to] = args.length > 1 ? [Number(args[0]), Number(args[1])] : [1, Number(args[0] ?? 0)];
  const lines: string[] = [];
  for (let i = from; i <= to; i++) lines.push(`${i}\n`);
  // Faster than its reader: each read is as long as reads get, and only its end falls within a line (recorded).
  yield blockWrite(lines.join(''), [8]);
  return 0;
};

function condition(args: string[]): boolean {
  const list = args.at(-1) === ']' ? args.slice(0, -1) : args;
  if (list[0] === '!') return !condition(list.slice(1));
  if (list[0] === '-n') return (list[1] ?? '') !== '';
  if (list[0] === '-z') return (list[1] ?? '') === '';
  const [left, operator, right] = list;
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (operator === '-eq') return Number(left) === Number(right);
  if (operator === '-gt') return Number(left) > Number(right);
  if (operator === '-lt') return Number(left) < Number(right);
  return (left ?? '') !== '';
}

/** A program that prints nothing. */
function silent(code: (args: string[]) => number): Program {
  return function* (args) {
    yield* [];
    return code(args);
  };
}

/** Everything a pipeline file of the sandbox may call. */
export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  [
    'echo',
    function* (args) {
      const bare = args[0] === '-n';
      yield lineWrite(`${(bare ? args.slice(1) : args).join(' ')}${bare ? '' : '\n'}`);
      return 0;
    },
  ],
  [
    'printf',
    function* (args) {
      yield lineWrite(format(args[0] ?? '', args.slice(1)));
      return 0;
    },
  ],
  [
    'sleep',
    function* (args) {
      yield { do: 'sleep', ms: Number(args[0] ?? 0) * 1000 };
      return 0;
    },
  ],
  ['true', silent(() => 0)],
  ['false', silent(() => 1)],
  ['test', silent((args) => (condition(args) ? 0 : 1))],
  ['[', silent((args) => (condition(args) ? 0 : 1))],
  ['seq', seq],
  ['awk', awk],
  ['sandbox-gen', generate],
  ['git', git],
  [
    'sandbox-hold',
    function* (args) {
      yield { do: 'hold', name: args[0] ?? '' };
      return 0;
    },
  ],
  [
    'cat',
    function* (args, input, context) {
      const file = args[0];
      if (file === undefined) {
        yield blockWrite(input);
        return 0;
      }
      const content = context.files.get(file);
      if (content === undefined) {
        yield lineWrite(`cat: ${file}: No such file or directory\n`);
        return 1;
      }
      yield blockWrite(content);
      return 0;
    },
  ],
  [
    'base64',
    function* (args, input) {
      const text = Buffer.from(input).toString(args.includes('-d') ? 'utf8' : 'base64');
      yield blockWrite(args.includes('-d') ? Buffer.from(text, 'base64') : `${text}\n`);
      return 0;
    },
  ],
  [
    'yes',
    function* (args) {
      yield blockWrite(`${args[0] ?? 'y'}\n`.repeat(1_600_000));
      return 0;
    },
  ],
  [
    'head',
    function* (args, input) {
      const count = Number(/\d+/.exec(args.join(' '))?.[0] ?? 10);
      let end = -1;
      for (let line = 0; line < count; line += 1) {
        const next = input.indexOf(10, end + 1);
        if (next < 0) break;
        end = next;
      }
      yield blockWrite(input.subarray(0, end + 1));
      return 0;
    },
  ],
  [
    'tr',
    function* (args, input) {
      const text = Buffer.from(input).toString('utf8');
      // The recorded line of 300,000 characters arrived in these pieces.
      yield blockWrite(
        args[0] === '-d' ? text.replace(/\s/g, '') : text,
        [8, 8, 8, 5, 1, 8, 8, 8, 8, 3, 2, 7],
      );
      return 0;
    },
  ],
]);
