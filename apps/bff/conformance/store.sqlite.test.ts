import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { withKeptRows } from '../src/adapters/store/kept-rows.ts';
import { createSealer } from '../src/adapters/store/sealed.ts';
import { openSqliteStore } from '../src/adapters/store/sqlite.ts';
import { systemClock } from '../src/ports/clock.ts';
import type { Store } from '../src/ports/store.ts';
import { describeStore } from './store.suite.ts';

const sealer = createSealer([{ id: 'test', key: Uint8Array.from({ length: 32 }, (_, n) => n) }]);
const open: Store[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const keep = (store: Store): Store => {
  open.push(store);
  return store;
};

describeStore('SQLite in memory', {
  make: async () => keep(await openSqliteStore({ file: ':memory:', sealer })),
});

describeStore('SQLite in a file', {
  make: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flightdeck-store-'));
    folders.push(folder);
    return keep(await openSqliteStore({ file: join(folder, 'deep', 'console.db'), sealer }));
  },
});

describeStore('SQLite with kept rows', {
  make: async () => withKeptRows(keep(await openSqliteStore({ file: ':memory:', sealer })), systemClock),
});
