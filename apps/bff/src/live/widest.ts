import { withoutReturn } from './line-assembler.ts';
import { SHOWN_CHARACTERS } from './log-chunk.ts';
import { stripEscapes } from './strip-escapes.ts';

/** The wider of `widest` and a line as it is shown; what is printed over itself (`\r`) is as wide as its widest part. */
export function widerOf(widest: number, text: string): number {
  if (text.length <= widest) return widest;
  const shown = stripEscapes(withoutReturn(text.slice(0, SHOWN_CHARACTERS)));
  return shown.split('\r').reduce((most, part) => Math.max(most, part.length), widest);
}

/** The same for the plain text of many lines, each with its line feed; `ends`: where these stand. */
export function widestOf(widest: number, plain: Buffer, ends: Uint32Array): number {
  let most = widest;
  let from = 0;
  for (const end of ends) {
    // No line has more characters than bytes.
    if (end - from > most) most = widerOf(most, plain.toString('utf8', from, end));
    from = end + 1;
  }
  return most;
}
