import { createSealer } from '../adapters/store/sealed.ts';
import { openSqliteStore } from '../adapters/store/sqlite.ts';
import type { Store } from '../ports/store.ts';

/** The real store, in memory. */
export const memoryStore = (): Promise<Store> =>
  openSqliteStore({
    file: ':memory:',
    sealer: createSealer([{ id: 'test', key: Uint8Array.from({ length: 32 }, (_, n) => n * 3 + 1) }]),
  });
