import { mkdtempSync, rmSync, statSync } from 'node:fs';
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
