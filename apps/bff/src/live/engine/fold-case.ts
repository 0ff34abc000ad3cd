const FEED = 0x0a;
const A = 0x41;
const Z = 0x5a;
const TO_SMALL = 0x20;

/**
 * Writes `text` (UTF-8) into `into` with a-z for A-Z, and where its line feeds stand into `ends`. Everything else stays as it is, and
 * where it is: no byte of another character is one of ASCII. Says whether anything was changed; otherwise what is in `into` is
 * of no use.
 */
export function foldCase(text: Uint8Array, ends: Uint32Array, into: Uint8Array): boolean {
  let lines = 0;
  let changes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] as number;
    if (byte >= A && byte <= Z) {
      into[at] = byte + TO_SMALL;
      changes += 1;
      continue;
    }
    into[at] = byte;
    if (byte === FEED) {
      ends[lines] = at;
      lines += 1;
    }
  }
  return changes > 0;
}
