import { crc32, createDeflateRaw } from 'node:zlib';

/** Above it an archive would need the 64 bit form, which not every program opens. */
const MOST = 0xffff_ffff;
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Sizes follow the file (3); names are UTF-8 (11). */
const FLAGS = (1 << 3) | (1 << 11);
const DEFLATE = 8;
const VERSION = 20;
/** 1 January 1980: a log has no time of its own that all of its files share. */
const DATE = 0x21;

interface Entry {
  name: Buffer;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

/** A ZIP archive, made while it is sent: no file is held, sizes stand behind each. Throws when it gets past 4 GiB. */
export async function* zipOf(
  files: AsyncIterable<{ name: string; bytes: AsyncIterable<Buffer> }>,
): AsyncGenerator<Buffer> {
  const entries: Entry[] = [];
  let offset = 0;
  for await (const file of files) {
    const entry: Entry = { name: Buffer.from(file.name), crc: 0, packed: 0, size: 0, offset };
    const head = fields([LOCAL, 4], [VERSION, 2], ...common({ ...entry, crc: 0 }), [0, 2]);
    yield Buffer.concat([head, entry.name]);
    for await (const piece of deflated(file.bytes, entry)) {
      entry.packed += piece.length;
      yield piece;
    }
    yield fields([DESCRIPTOR, 4], [entry.crc, 4], [entry.packed, 4], [entry.size, 4]);
    offset += head.length + entry.name.length + entry.packed + 16;
    if (offset > MOST || entry.size > MOST || entries.length >= 0xfffe)
      throw new Error('too large for an archive');
    entries.push(entry);
  }
  const directory = Buffer.concat(entries.map(centralOf));
  yield directory;
  const [count, size] = [entries.length, directory.length];
  yield fields([END, 4], [0, 4], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]);
}

const centralOf = (entry: Entry): Buffer =>
  Buffer.concat([
    fields(
      [CENTRAL, 4],
      [VERSION, 2],
      [VERSION, 2],
      ...common(entry),
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [entry.offset, 4],
    ),
    entry.name,
  ]);

/** From the flags to the length of the name. */
const common = ({ crc, packed, size, name }: Entry): [number, number][] => [
  [FLAGS, 2],
  [DEFLATE, 2],
  [0, 2],
  [DATE, 2],
  [crc, 4],
  [packed, 4],
  [size, 4],
  [name.length, 2],
];

function fields(...list: [value: number, bytes: number][]): Buffer {
  const made = Buffer.alloc(list.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of list) at = made.writeUIntLE(value, at, bytes);
  return made;
}

async function* deflated(bytes: AsyncIterable<Buffer>, entry: Entry): AsyncGenerator<Buffer> {
  const packer = createDeflateRaw();
  const feeding = (async () => {
    for await (const part of bytes) {
      entry.crc = crc32(part, entry.crc);
      entry.size += part.length;
      if (!packer.write(part))
        await new Promise<void>((resolve) => packer.once('drain', resolve).once('close', resolve));
      if (packer.destroyed) return;
    }
    packer.end();
  })();
  feeding.catch((error: Error) => packer.destroy(error));
  try {
    for await (const piece of packer) yield piece as Buffer;
    await feeding;
  } finally {
    packer.destroy();
  }
}
