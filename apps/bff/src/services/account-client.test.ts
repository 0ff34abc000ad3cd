import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import type { CiClient } from '../ports/ci-server.ts';
import { strict } from '../testing/gated-repo.ts';
import { watchedAccount } from './account-client.ts';

const refusal = () => new Failure('ci_token_refused', 'refused', { raw: '401 Unauthorized' });

async function* broken() {
  yield [{ pos: 0, out: 'first', time: 0 }];
  throw refusal();
}

function watched(parts: Partial<CiClient>) {
  let marked = 0;
  const client = watchedAccount(strict<CiClient>('client', parts), 'ci', async () => {
    marked += 1;
  });
  return { client, marked: () => marked };
}

const expired = { code: 'link_expired', facts: { instance: 'ci', raw: '401 Unauthorized' } };

describe('watched account', () => {
  it('marks and says so when a call is refused for its token', async () => {
    const { client, marked } = watched({ me: () => Promise.reject(refusal()) });
    await expect(client.me()).rejects.toMatchObject(expired);
    expect(marked()).toBe(1);
  });

  it('marks and says so when a stream is refused, after what it gave', async () => {
    const { client, marked } = watched({ storedLog: broken });
    const seen: unknown[] = [];
    const read = async () => {
      const step = { number: 1, stage: 1, step: 1 };
      for await (const part of client.storedLog('a/b', step, AbortSignal.abort())) seen.push(part);
    };
    await expect(read()).rejects.toMatchObject(expired);
    expect([seen.length, marked()]).toEqual([1, 1]);
  });

  it('lets everything else through as it is', async () => {
    const other = new Failure('forbidden', 'no');
    const { client, marked } = watched({
      sync: () => Promise.reject(other),
      repositories: async () => [],
    });
    await expect(client.sync()).rejects.toBe(other);
    expect(await client.repositories()).toEqual([]);
    expect(marked()).toBe(0);
  });
});
