import { withoutReturn } from './line-assembler.ts';
import { SHOWN_CHARACTERS } from './log-chunk.ts';
import { stripEscapes } from './strip-escapes.ts';

/** The wider of `widest` and a line as it is shown; what is printed over itself (`\r`) is as wide as its widest part. */
export function widerOf(widest: number, text: string): number {
  if (text.length <= widest) return widest;
  const shown = stripEscapes(withoutReturn(text.slice(0, SHOWN_CHARACTERS)));
  return shown.split('\r').reduce((most, part) => Math.max(most, part.length), widest);
}

/** The same for the plain text of many lines, each with its line feed. */
export function widestOf(widest: number, plain: string): number {
  let most = widest;
  for (let from = 0; from < plain.length; ) {
    const feed = plain.indexOf('\n', from);
    if (feed - from > most) most = widerOf(most, plain.slice(from, feed));
    from = feed + 1;
  }
  return most;
}
