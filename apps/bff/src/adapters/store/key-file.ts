import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SealingKey } from './sealed.ts';

export interface KeyFile {
  keys: SealingKey[];
  /** It did not exist and was made now. */
  created: boolean;
  /** Other accounts of the machine may read it (always false where the system has no such rights). */
  readableByOthers: boolean;
}

/**
 * Keys of a file: one a line, base64 of 32 bytes, the first one seals. Makes the file (0600) with one random key when
 * there is none; of two starts at once one makes it and both read the same. Throws an Error that says what is wrong.
 */
export async function readOrCreateKeyFile(file: string): Promise<KeyFile> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let created = true;
  try {
    await writeFile(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    created = false;
  }
  const keys = parseKeys(await readFile(file, 'utf8'));
  if (keys.length === 0) throw new Error(`${file} holds no key: expected base64 of 32 random bytes a line`);
  const { mode } = await stat(file);
  return { keys, created, readableByOthers: process.platform !== 'win32' && (mode & 0o077) !== 0 };
}

/**
 * Keys written as text: separated by line ends or commas, base64 of 32 bytes each. A key's name is derived from the
 * key, so that order and neighbours may change.
 */
export function parseKeys(text: string): SealingKey[] {
  return text
    .split(/[\r\n,]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const key = /^[A-Za-z0-9+/_-]+={0,2}$/.test(line) ? Buffer.from(line, 'base64') : Buffer.alloc(0);
      if (key.length !== 32) throw new Error('a sealing key must be base64 of 32 random bytes');
      return { id: createHash('sha256').update(key).digest('hex').slice(0, 12), key };
    });
}
