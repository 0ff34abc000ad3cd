import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../ports/log.ts';
import { createSealer } from './sealed.ts';
import { openSqliteStore } from './sqlite.ts';

const key = (id: string, from: number) => ({
  id,
  key: Uint8Array.from({ length: 32 }, (_, n) => (from + n * 5) % 256),
});
const ada = { forge: 'git', forgeUserId: '2' };
const grace = { forge: 'git', forgeUserId: '3' };
const canaries = {
  access: 'CANARY-made-up-forge-access-token',
  refresh: 'CANARY-made-up-forge-refresh-token',
  account: 'CANARY-made-up-ci-account-token',
};

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flightdeck-sqlite-'));
  file = join(folder, 'console.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function fill(sealer = createSealer([key('a', 1)])) {
  const store = await openSqliteStore({ file, sealer });
  await store.forgeTokens.put(ada, {
    accessToken: canaries.access,
    refreshToken: canaries.refresh,
    expiresAt: 5,
    redirectUri: 'http://console.test/cb',
  });
  await store.accounts.put(ada, {
    server: 'ci',
    token: canaries.account,
    login: 'ada',
    administrator: false,
    linkedAt: 1,
    state: 'linked',
  });
  return store;
}

const logged = () => {
  const lines: string[] = [];
  const write = (facts: object, message: string) => void lines.push(`${message} ${JSON.stringify(facts)}`);
  const log: Log = { info: write, warn: write, error: write };
  return { log, lines };
};

describe('SQLite file', () => {
  it('holds no token in clear, in no spelling, in none of its files', async () => {
    const store = await fill();
    const look = () => readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const open = look();
    await store.accounts.remove(ada, 'ci');
    await store.close();
    // The search itself works: what is not secret is there.
    expect(open.some((bytes) => bytes.includes('http://console.test/cb'))).toBe(true);
    for (const bytes of [...open, ...look()]) {
      for (const canary of Object.values(canaries)) {
        for (const spelling of spellings(canary)) expect(bytes.includes(spelling)).toBe(false);
      }
    }
  });

  it('counts a token as absent when its key is gone, and says so without the token', async () => {
    await (await fill()).close();
    const { log, lines } = logged();
    const store = await openSqliteStore({ file, sealer: createSealer([key('b', 2)]), log });
    expect(await store.forgeTokens.get(ada)).toBeNull();
    expect(await store.accounts.list(ada)).toEqual([]);
    expect(lines.join('\n')).toMatch(/does not open.*"a\\", which is not configured/);
    expect(lines.join('\n')).not.toContain('CANARY');
    await store.close();
    // The key came back: nothing was lost.
    const again = await openSqliteStore({ file, sealer: createSealer([key('b', 2), key('a', 1)]) });
    expect((await again.forgeTokens.get(ada))?.accessToken).toBe(canaries.access);
    await again.close();
  });

  it('does not open a token that was copied to another person', async () => {
    await (await fill()).close();
    const raw = new Database(file);
    raw.exec(
      `insert into forge_tokens select forge, '3', sealed_access, sealed_refresh, expires_at, redirect_uri, revision from forge_tokens`,
    );
    raw.close();
    const { log, lines } = logged();
    const store = await openSqliteStore({ file, sealer: createSealer([key('a', 1)]), log });
    expect(await store.forgeTokens.get(grace)).toBeNull();
    expect((await store.forgeTokens.get(ada))?.accessToken).toBe(canaries.access);
    expect(lines.join('\n')).toMatch(/does not belong here/);
    await store.close();
  });

  it('seals anew at the start with the first key, so that the old one can go', async () => {
    await (await fill()).close();
    const { log, lines } = logged();
    await (await openSqliteStore({ file, sealer: createSealer([key('b', 2), key('a', 1)]), log })).close();
    expect(lines.join('\n')).toContain('"resealed":3');
    const store = await openSqliteStore({ file, sealer: createSealer([key('b', 2)]) });
    expect(await store.forgeTokens.get(ada)).toMatchObject({
      accessToken: canaries.access,
      refreshToken: canaries.refresh,
    });
    expect((await store.accounts.get(ada, 'ci'))?.token).toBe(canaries.account);
    await store.close();
  });

  it('refuses to change or delete what the audit says was intended, also past the store', async () => {
    const store = await fill();
    await store.audit.intent({
      id: '1',
      at: 1,
      person: ada,
      login: 'ada',
      sessionHash: 'h',
      address: '192.0.2.1',
      action: 'secret.add',
      server: 'ci',
      path: 'acme/checkout',
      forgeRepoId: '11',
      request: '{}',
      as: 'service',
      outcome: 'intent',
      answer: null,
    });
    const raw = new Database(file);
    for (const change of [
      "login = 'mallory'",
      'at = 2',
      'request = \'{"x":1}\'',
      'server = null',
      "id = '2'",
    ]) {
      expect(() => raw.exec(`update audit set ${change}`), change).toThrow(/append-only/);
    }
    expect(() => raw.exec('delete from audit')).toThrow(/append-only/);
    raw.close();
    await store.close();
  });

  it('opens its file again, refuses one of a newer console, and leaves a broken one alone', async () => {
    await (await fill()).close();
    const store = await fill();
    expect((await store.forgeTokens.get(ada))?.revision).toBe(2);
    await store.close();
    const raw = new Database(file);
    raw.exec(`insert into kysely_migration values ('9999-from-the-future', '2099-01-01')`);
    raw.close();
    const sealer = createSealer([key('a', 1)]);
    await expect(openSqliteStore({ file, sealer })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('9999-from-the-future'),
    });
    await expect(openSqliteStore({ file: folder, sealer })).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });

  it('lets one of two processes claim a key, and answers busy with the one failure', async () => {
    const one = await fill();
    const two = await openSqliteStore({ file, sealer: createSealer([key('a', 1)]) });
    const intent = {
      key: 'k',
      kind: 'start' as const,
      server: 'ci',
      path: 'acme/checkout',
      from: null,
      commit: '',
      parameters: {},
      by: 'ada',
      requestedAt: 1,
      state: 'sending' as const,
      build: null,
      raw: null,
    };
    const claims = await Promise.all([one, two].map((store) => store.intents.claim(ada, intent, 1, '11')));
    expect(claims.map((claim) => claim.fresh).sort()).toEqual([false, true]);
    await one.close();
    await expect(one.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
    await two.ping();
    await two.close();
  });
});

/** Raw, hexadecimal, and base64 at each of the three alignments. */
function spellings(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return encoded.slice(shift === 0 ? 0 : 4, -2);
  });
  const parts = [
    text,
    text.slice(0, 12),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64,
  ];
  return parts.map((part) => Buffer.from(part));
}
