// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell writes its variables so
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decode, LogWriter, logLimit, splitChunk } from './log-writer.ts';
import { shortLines } from './programs.ts';
import { renderLog, type StepRecipe } from './step-script.ts';

const record = z.object({ pos: z.number(), out: z.string(), time: z.number() });

function recorded<T extends z.ZodType>(name: string, shape: T): z.infer<T> {
  const url = new URL(`../../recordings/drone-2.25.0/${name}.json`, import.meta.url);
  return shape.parse(JSON.parse(readFileSync(url, 'utf8')));
}

function recipe(...commands: string[]): StepRecipe {
  return { commands, env: {}, files: new Map(), masks: [], salt: 1, coalesce: false };
}

const outs = (made: { out: string }[]): string[] => made.map((one) => one.out);

describe('a chunk becomes records', () => {
  it.each([
    ['one line', 'a\n', ['a\n']],
    ['no line end', 'half', ['half']],
    ['two lines leave an empty record', 'a\nb\n', ['a\n', 'b\n', '']],
    ['an end inside a line leaves none', 'a\nb', ['a\n', 'b']],
    ['nothing but a line end', '\n', ['\n']],
    ['nothing', '', ['']],
    ['carriage returns are no line ends', '10%\r20%\r', ['10%\r20%\r']],
  ])('%s', (_what, chunk, parts) => {
    expect(splitChunk(chunk)).toEqual(parts);
  });

  it('turns each byte that is not UTF-8 into one U+FFFD', () => {
    expect(decode(Uint8Array.of(0xff, 0xfe, 0x41))).toBe('��A');
    expect(decode(Uint8Array.of(0xe4, 0xbd))).toBe('��');
    expect(decode(new TextEncoder().encode('林晓彤 😀'))).toBe('林晓彤 😀');
  });
});

describe('what the recordings show', () => {
  const split = recorded('08-log-split-records', z.object({ records: z.array(record) }));
  const program =
    'BEGIN{for(i=1;i<=10000;i++) printf("%06d \\033[32mok\\033[0m compile src/module_%d.c with flags -O2 -g\\n", i, i%977)}';
  const encoded = Buffer.from(`awk '${program}'`).toString('base64');

  it('10,000 lines: 10,102 records, the first 700 as recorded', () => {
    const made = renderLog(recipe(`echo ${encoded} | base64 -d | bash`));
    expect(made).toHaveLength(10_102);
    // The trace names another base64 text where the recorded script had other blanks.
    expect(made.slice(1, 700)).toEqual(split.records.slice(1));
  });

  it('100,000 lines: what is left of 6 MB is what the real runner left', () => {
    const cut = recorded('08-log-cut-at-5-mib', z.object({ first: z.array(record), last: z.array(record) }));
    const made = renderLog(recipe('sandbox-gen lines=100000'));
    expect(made).toHaveLength(85_009);
    expect(made[0]?.pos).toBe(15_720);
    expect(made.at(-1)?.pos).toBe(100_728);
    expect(made.reduce((sum, one) => sum + Buffer.byteLength(one.out), 0)).toBe(5_222_734);
    expect(made.slice(0, 150)).toEqual(cut.first);
    expect(made.slice(-150)).toEqual(cut.last);
    expect(made.every((one, index) => one.pos === 15_720 + index)).toBe(true);
  });

  it('200,000 short lines stay whole, close below the limit', () => {
    const made = renderLog(recipe('sandbox-gen lines=200000 kind=short'));
    expect(made[0]).toEqual({ pos: 0, out: '+ sandbox-gen lines=200000 kind=short\n', time: 0 });
    const text = outs(made.slice(1)).join('');
    expect(text).toBe(shortLines(200_000));
    expect(text.split('\n')).toHaveLength(200_001);
    expect(text.length).toBeLessThanOrEqual(logLimit);
    expect(text.length).toBeGreaterThan(4.9 * 1024 * 1024);
  });

  it('odd bytes, in the words of the recorded step', () => {
    const list = recorded(
      '04-failures-and-odd-logs',
      z.array(
        z.object({ request: z.object({ path: z.string() }), response: z.object({ json: z.unknown() }) }),
      ),
    );
    const logOf = (path: string) =>
      z.array(record).parse(list.find((one) => one.request.path === path)?.response.json);
    const odd = logOf('/api/repos/acme/big/builds/3/logs/1/2');
    const command = (odd[0]?.out ?? '').replace(/^\+ /, '').trimEnd();
    expect(outs(renderLog(recipe(command))).join('')).toBe(outs(odd).join(''));
    const long = logOf('/api/repos/acme/big/builds/3/logs/1/3');
    const made = renderLog(recipe('sleep 1', 'yes x | head -300000 | tr -d [:space:]; echo', 'sleep 1'));
    expect(made.map((one) => [one.pos, one.out.length, one.time])).toEqual(
      long.map((one) => [one.pos, one.out.length, one.time]),
    );
    const failed = logOf('/api/repos/acme/big/builds/4/logs/1/2');
    expect(outs(renderLog(recipe('echo expected 4, got 5', 'exit 3'))).join('')).toBe(outs(failed).join(''));
  });
});

describe('the limit', () => {
  it('stops the live stream for good and drops the oldest, whole records at a time', () => {
    const writer = new LogWriter(100);
    for (let i = 0; i < 10; i++) writer.write(Buffer.from(`line ${i}....\n`), i);
    expect(writer.stopped).toBe(true);
    expect(writer.kept()[0]?.pos).toBe(1);
    const live = writer.takePending();
    expect(live.map((one) => one.pos)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    writer.write(Buffer.from('x\n'), 10);
    expect(writer.takePending()).toEqual([]);
    expect(writer.count).toBe(11);
  });

  it('makes room for the whole chunk before each of its records', () => {
    const writer = new LogWriter(100);
    writer.write(Buffer.from(`${'a'.repeat(39)}\n`), 0);
    writer.write(Buffer.from(`${'b'.repeat(39)}\n`), 0);
    writer.write(Buffer.from('c\nd\n'.repeat(6)), 0);
    // 80 + 24 > 100: one old record goes; then the rest of the chunk has room.
    expect(writer.kept()[0]?.out).toMatch(/^b/);
  });
});

describe('the script', () => {
  it('traces every line of a command, only the first with a plus', () => {
    expect(outs(renderLog(recipe("printf 'one\ntwo\n'")))).toEqual([
      "+ printf 'one\n",
      'two\n',
      "'\n",
      'one\n',
      'two\n',
    ]);
  });

  it('stops at the first failure and says what it does not know', () => {
    expect(outs(renderLog(recipe('no-such-tool --x', 'echo never')))).toEqual([
      '+ no-such-tool --x\n',
      '/bin/sh: no-such-tool: not found\n',
    ]);
  });

  it.each([
    ['for i in 1 2 3; do echo "unit $i of 3"; done', 'unit 1 of 3\nunit 2 of 3\nunit 3 of 3\n'],
    ['A=5; echo $((A * 2 + 1)) ${B:-none}', '11 none\n'],
    ['if [ "$CI" = true ]; then echo in; else echo out; fi', 'out\n'],
    ['false || echo saved; true && echo on', 'saved\non\n'],
    ['echo \'single $X\' "double \\$Y"', 'single $X double $Y\n'],
    ['seq 1 3 | head -2', '1\n2\n'],
  ])('%s', (command, output) => {
    const [, ...rest] = outs(renderLog(recipe(command)));
    expect(rest.join('')).toBe(output);
  });

  it('masks a value in each chunk and leaks one that is cut in two', () => {
    const masked = { ...recipe('echo "with $TOKEN"', 'printf "hun"; sleep 1; printf "ter2\\n"') };
    masked.env = { TOKEN: 'hunter2' };
    masked.masks = [{ value: 'hunter2', by: '[secret:upload_token]' }];
    const made = outs(renderLog(masked));
    expect(made[1]).toBe('with [secret:upload_token]\n');
    expect(made.slice(-2)).toEqual(['hun', 'ter2\n']);
  });
});
