/** Final frame of a text message (RFC 6455, 5.2). */
const FINAL_TEXT = 0x81;
/** In place of a length: two, or eight, bytes with it follow. */
const [TWO_BYTES, EIGHT_BYTES] = [126, 127];

/** A text message as a server sends it: one frame, no mask, not compressed. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < TWO_BYTES ? 2 : length < 0x10000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = FINAL_TEXT;
  frame[1] = head === 2 ? length : head === 4 ? TWO_BYTES : EIGHT_BYTES;
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, head);
  return frame;
}
