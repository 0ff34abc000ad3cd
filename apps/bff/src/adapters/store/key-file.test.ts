import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseKeys, readOrCreateKeyFile } from './key-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flightdeck-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('key file', () => {
  it('is made once, for its owner only, and read from then on', async () => {
    const file = join(folder, 'data', 'sealing.key');
    const starts = await Promise.all([readOrCreateKeyFile(file), readOrCreateKeyFile(file)]);
    expect(starts.filter((start) => start.created)).toHaveLength(1);
    expect(starts[0]?.keys).toEqual(starts[1]?.keys);
    expect(starts[0]?.keys[0]?.key).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await readOrCreateKeyFile(file);
    expect(again).toMatchObject({ created: false, readableByOthers: false, keys: starts[0]?.keys });
  });

  it('says when others may read it, and refuses what is no key', async () => {
    const file = join(folder, 'k');
    const line = Buffer.alloc(32, 'made-up key ').toString('base64');
    writeFileSync(file, `# kept by hand\n${line}\n`);
    chmodSync(file, 0o644);
    expect(await readOrCreateKeyFile(file)).toMatchObject({ readableByOthers: true, created: false });
    writeFileSync(file, 'changeme\n');
    await expect(readOrCreateKeyFile(file)).rejects.toThrow(/base64 of 32 random bytes/);
    writeFileSync(file, '\n');
    await expect(readOrCreateKeyFile(file)).rejects.toThrow(/holds no key/);
  });

  it('names a key by what it is, not by where it stands', () => {
    const [a, b] = ['one made-up key ', 'another made-up '].map((t) =>
      Buffer.alloc(32, t).toString('base64'),
    );
    const forward = parseKeys(`${a},${b}`);
    const backward = parseKeys(`${b}\n${a}\n`);
    expect(forward.map((k) => k.id)).toEqual(backward.map((k) => k.id).reverse());
  });
});
