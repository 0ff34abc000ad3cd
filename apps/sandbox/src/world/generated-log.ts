import type { ServerResponse } from 'node:http';

/** A stored log that is made while it is sent: no memory, any length, the same text each time. */
export interface GeneratedLog {
  lines: number;
}

const names = [
  'core',
  'parser',
  'router',
  'store',
  'queue',
  'mailer',
  'search',
  'worker',
  'schema',
  'client',
];
const two = (number: number): string => String(number).padStart(2, '0');

/**
 * Line `index` (from 0) of every generated log, without its line end: a colourful build that tells its own number, on
 * average 91 bytes. A command every 10,000 lines, a group every 50,000; `needle` once in 1,000 lines, `ERROR` once in 100,000.
 */
export function generatedLine(index: number): string {
  if (index % 10_000 === 0) return `+ make part-${index / 10_000}`;
  if (index % 50_000 === 1) return `::group::Part ${(index - 1) / 50_000}`;
  if (index % 50_000 === 49_999) return '::endgroup::';
  const name = names[(index * 7) % names.length] as string;
  const number = String(index + 1).padStart(7, '0');
  if (index % 100_000 === 77_777) return `\u001b[1;31mERROR\u001b[0m #${number} ${name}: undefined symbol`;
  if (index % 1_000 === 500) return `\u001b[33mwarning\u001b[39m #${number} a needle in ${name} \u2713`;
  const at = `${two(Math.floor(index / 3_600_000))}:${two(Math.floor(index / 60_000) % 60)}:${two(Math.floor(index / 1_000) % 60)}`;
  switch (index % 4) {
    case 0:
      return `\u001b[2m${at}\u001b[0m \u001b[36mINFO\u001b[0m \u001b[3m${name}\u001b[23m: #${number} compiled in \u001b[32m${index % 97} ms\u001b[39m`;
    case 1:
      return `\u001b[1m\u001b[32m   Compiling\u001b[0m ${name}-kit v${index % 9}.${index % 20}.0 (#${number}, optimized + debuginfo)`;
    case 2:
      return `  \u001b[32m✓\u001b[39m \u001b[2m#${number} ${name} answers within its limits\u001b[22m \u001b[90m(${index % 900} ms)\u001b[39m`;
    default:
      return `\u001b[38;5;12m -->\u001b[0m src/${name}/part_${index % 512}.ts:${index % 900}:${index % 80} #${number} checked against 1,024 golden files, nothing differs`;
  }
}

/** Seconds since the step began: 1,000 lines each. */
export const generatedTime = (index: number): number => Math.floor(index / 1_000);

/** Sends it as a JSON list, a thousand elements at a time, no faster than it is taken. */
export async function sendGenerated(
  response: ServerResponse,
  { lines }: GeneratedLog,
  element: (index: number) => string,
): Promise<void> {
  let gone = false;
  let go = () => {};
  response.once('close', () => {
    gone = true;
    go();
  });
  response.on('drain', () => go());
  response.write('[');
  for (let from = 0; from < lines && !gone; from += 1_000) {
    const parts: string[] = [];
    for (let index = from; index < Math.min(lines, from + 1_000); index += 1) parts.push(element(index));
    if (response.write((from > 0 ? ',' : '') + parts.join(','))) continue;
    await new Promise<void>((resolve) => {
      go = resolve;
      if (gone) resolve();
    });
  }
  response.end(']\n');
}
