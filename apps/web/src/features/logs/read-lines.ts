import { type Gap, lineText } from '@flightdeck/api-client/model';
import type { LineRange } from './address.ts';
import type { LogBook } from './log-book.ts';

/**
 * Lines as a person reads them, for the clipboard, folded ones too; with `numbers` each with its number, right-aligned.
 * Where records are missing among them, `gapText` says so on a line of its own: what is pasted must not look whole.
 */
export async function readLines(
  book: LogBook,
  { from, to }: LineRange,
  numbers: boolean,
  gapText: (gap: Gap) => string,
): Promise<string> {
  const wide = String(to + 1).length;
  const lines = await book.range(from, to);
  const gaps = book.summary?.gaps ?? [];
  return lines
    .flatMap((line, at) => {
      const index = from + at;
      const text = lineText(line.text);
      // One before the first line is not among them.
      const missing = at === 0 ? [] : gaps.filter((gap) => gap.beforeLine === index);
      const shown = numbers ? `${String(index + 1).padStart(wide)}  ${text}` : text;
      return [...missing.map((gap) => `[${gapText(gap)}]`), shown];
    })
    .join('\n');
}
