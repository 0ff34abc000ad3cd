import type { LineRange } from './address.ts';
import { lineText } from './ansi/line-runs.ts';
import type { LogBook } from './log-book.ts';

/** Lines as a person reads them, for the clipboard; with `numbers` each with its number, right-aligned. */
export async function readLines(book: LogBook, { from, to }: LineRange, numbers: boolean): Promise<string> {
  const wide = String(to + 1).length;
  const lines = await book.range(from, to);
  return lines
    .map((line, at) => {
      const text = lineText(line.text);
      return numbers ? `${String(from + at + 1).padStart(wide)}  ${text}` : text;
    })
    .join('\n');
}
