const ESC = 0x1b;
const BRACKET = 0x5b;
const RETURN = 0x0d;
const FEED = 0x0a;
const isControl = (byte: number): boolean =>
  byte === 0x7f || (byte < 0x20 && byte !== FEED && byte !== RETURN && byte !== 0x09 && byte !== 0x08);
/** First byte, in UTF-8, of the characters U+0080…U+00BF: the 8 bit forms of escapes are among them. */
const LATIN = 0xc2;

/**
 * `stripEscapes` for a text that has none but colours and the like (`ESC [ … letter`), in place: the bytes `from`…`to - 1`
 * lose them, and the carriage return that stands before a line feed, and are written to `at`, where there must be as much room.
 * Returns where they end; -1: there are other escapes, what was written is of no use.
 */
export function stripColours(bytes: Uint8Array, from: number, to: number, at: number): number {
  let end = at;
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] as number;
    if (byte === ESC) {
      const last = endOfSequence(bytes, index, to);
      if (last < 0) return -1;
      index = last;
    } else if (byte === LATIN) {
      const next = bytes[index + 1] as number;
      if (index + 1 < to && next < 0xa0) return -1;
      bytes[end++] = byte;
    } else if (isControl(byte)) return -1;
    else if (byte !== RETURN || index + 1 === to || bytes[index + 1] !== FEED) bytes[end++] = byte;
  }
  return end;
}

/** Index of the last byte of the sequence that begins at `index`; -1 when it is none of these. */
function endOfSequence(bytes: Uint8Array, index: number, to: number): number {
  let at = index + 1;
  if (at >= to || bytes[at] !== BRACKET) return -1;
  do at += 1;
  while (at < to && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x3f);
  while (at < to && (bytes[at] as number) >= 0x20 && (bytes[at] as number) <= 0x2f) at += 1;
  const last = at < to ? (bytes[at] as number) : 0;
  return last >= 0x40 && last <= 0x7e ? at : -1;
}
