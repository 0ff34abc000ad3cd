import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { zipOf } from './zip.ts';

async function* parts(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function made(files: Record<string, string[]>): Promise<Buffer> {
  async function* entries() {
    for (const [name, texts] of Object.entries(files)) yield { name, bytes: parts(...texts) };
  }
  const all: Buffer[] = [];
  for await (const piece of zipOf(entries())) all.push(piece);
  return Buffer.concat(all);
}

/** By the directory at the end, as programs read it. */
function read(zip: Buffer): Record<string, string> {
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  const files: Record<string, string> = {};
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count -= 1) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, packed, size] = [16, 20, 24].map((field) => zip.readUInt32LE(at + field)) as [
      number,
      number,
      number,
    ];
    const length = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    expect(zip.readUInt32LE(local)).toBe(0x04034b50);
    const from = local + 30 + zip.readUInt16LE(local + 26);
    const bytes = inflateRawSync(zip.subarray(from, from + packed));
    expect([bytes.length, crc32(bytes)]).toEqual([size, crc]);
    files[zip.toString('utf8', at + 46, at + 46 + length)] = bytes.toString();
    at += 46 + length;
  }
  expect(at).toBe(end);
  return files;
}

const files = {
  '01-build/01-编译.log': ['one\n', 'two\n'],
  'empty.log': [],
  'long.log': ['x'.repeat(3_000_000)],
};
const texts = Object.fromEntries(Object.entries(files).map(([name, all]) => [name, all.join('')]));

it('holds every file under its name, whole', async () => {
  expect(read(await made(files))).toEqual(texts);
  expect(read(await made({}))).toEqual({});
});

it('breaks when a file does, so that half an archive does not look whole', async () => {
  async function* entries() {
    yield {
      name: 'a',
      bytes: (async function* () {
        yield Buffer.from('half');
        throw new Error('broken');
      })(),
    };
  }
  const reading = (async () => {
    for await (const _ of zipOf(entries()));
  })();
  await expect(reading).rejects.toThrow('broken');
});

it('other programs open it', async ({ skip }) => {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-zip-'));
  try {
    writeFileSync(join(folder, 'a.zip'), await made(files));
    const script = `import zipfile,sys;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;z.extractall(sys.argv[2])`;
    try {
      execFileSync('python3', ['-c', script, join(folder, 'a.zip'), folder], { stdio: 'pipe' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') skip('There is no Python here.');
      throw error;
    }
    expect(readFileSync(join(folder, '01-build/01-编译.log'), 'utf8')).toBe('one\ntwo\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
