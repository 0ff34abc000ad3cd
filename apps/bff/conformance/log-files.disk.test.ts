import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createDiskLogFiles } from '../src/adapters/log-files/disk.ts';
import { describeLogFiles } from './log-files.suite.ts';

const made: string[] = [];
const make = () => {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-files-'));
  made.push(folder);
  return join(folder, 'deep', 'logs');
};
const end = () => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
};

describeLogFiles('disk', { make: () => createDiskLogFiles(make()), end });

it('what builds printed is readable by the console’s account only', async () => {
  const folder = make();
  const files = createDiskLogFiles(folder);
  await files.list();
  files.createNow('a-1').closeNow();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'a-1.log')).mode & 0o777).toBe(0o600);
  end();
});

it('a folder that others could read is closed to them', async () => {
  const folder = make();
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await createDiskLogFiles(folder).list();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  end();
});

it('a link in the folder is neither listed, read nor written through', async () => {
  const folder = make();
  const files = createDiskLogFiles(folder);
  await files.list();
  const outside = join(folder, '..', 'secret');
  writeFileSync(outside, 'not yours');
  symlinkSync(outside, join(folder, 'a-1.log'));
  expect(await files.list()).toEqual([]);
  await expect(files.open('a-1')).rejects.toThrow('ELOOP');
  expect(() => files.openNow('a-1')).toThrow('ELOOP');
  await files.touch('a-1');
  const made = files.createNow('a-1');
  made.appendNow(Buffer.from('a log'));
  made.closeNow();
  expect(readFileSync(outside, 'utf8')).toBe('not yours');
  expect(readFileSync(join(folder, 'a-1.log'), 'utf8')).toBe('a log');
  end();
});
