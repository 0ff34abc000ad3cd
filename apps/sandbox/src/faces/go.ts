import type { ServerResponse } from 'node:http';

/** Go's `encoding/json` as the server uses it: HTML characters escaped, a newline at the end. */
export function goJson(value: unknown): string {
  return `${JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** Go's buffer of 2,048 bytes before a response: what it flushes is what arrives as one piece. */
export class GoWriter {
  static readonly size = 2048;
  #buffer: Buffer[] = [];
  #buffered = 0;

  constructor(readonly response: ServerResponse) {}

  /** Returns false while the connection takes no more. */
  write(text: string): boolean {
    let data = Buffer.from(text);
    let free = true;
    while (data.length > GoWriter.size - this.#buffered) {
      if (this.#buffered === 0) return this.response.write(data);
      const room = GoWriter.size - this.#buffered;
      this.#push(data.subarray(0, room));
      data = data.subarray(room);
      free = this.flush();
    }
    this.#push(data);
    return free;
  }

  flush(): boolean {
    if (this.#buffered === 0) return true;
    const data = Buffer.concat(this.#buffer);
    this.#buffer = [];
    this.#buffered = 0;
    return this.response.write(data);
  }

  #push(data: Buffer): void {
    if (data.length === 0) return;
    this.#buffer.push(data);
    this.#buffered += data.length;
  }
}

/** Go's spelling of a decoded path; a request spelled otherwise is routed, and read, undecoded. */
export function goEscapedPath(decoded: string): string {
  return encodeURIComponent(decoded)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(24|26|2B|2C|2F|3A|3B|3D|40)/g, (code) => decodeURIComponent(code));
}

/** The path that the router sees: decoded only when it is spelled as Go would spell it. */
export function routedPath(raw: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    return undefined;
  }
  return goEscapedPath(decoded) === raw ? decoded : raw;
}

/** Go's words for a text that is not JSON; undefined when it is. */
export function goJsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const trimmed = text.trim();
    if (trimmed === '') return 'EOF';
    const first = trimmed[0] as string;
    if (first === '{') {
      const next = trimmed.slice(1).trimStart()[0];
      if (next === undefined) return 'unexpected EOF';
      if (next !== '"' && next !== '}')
        return `invalid character '${next}' looking for beginning of object key string`;
      return 'unexpected EOF';
    }
    return `invalid character '${first}' looking for beginning of value`;
  }
}

/** `strconv.ParseInt` in base 10, with its words. */
export function goInt(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new RangeError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}
