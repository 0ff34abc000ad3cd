import { createHash } from 'node:crypto';
import type { BuildHead } from '@flightdeck/api-client/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../adapters/store/sealed.ts';
import { openSqliteStore } from '../adapters/store/sqlite.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { headOf } from '../domain/merge-build.ts';
import type { Store } from '../ports/store.ts';
import { aBuild, caller, gatedRepo, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createAudit } from './audit.ts';
import type { LiveBuilds } from './live-builds.ts';
import { createStarts, type StartRequest, type Starts } from './starts.ts';

const key = 'a-key-of-sixteen-or-more';
const uncertain = () => new Failure('outcome_uncertain', 'cut', { raw: 'socket hang up' });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );

describe('starting once', () => {
  let store: Store;
  let clock: ManualClock;
  let starts: Starts;
  let listed: BuildHead[];
  const told: number[] = [];
  const repo = () => gatedRepo({ client: { builds: async () => listed } });
  const started = (over: Partial<BuildHead> = {}) =>
    headOf(
      aBuild({
        number: 8,
        event: 'custom',
        startedBy: 'flightdeck',
        createdAt: clock.now(),
        parameters: { A: '1' },
        ...over,
      }),
    );
  const request = (send: StartRequest['send'], over: Partial<StartRequest> = {}): StartRequest => ({
    key,
    kind: 'start',
    from: null,
    what: 'main@',
    parameters: { A: '1' },
    send,
    isIt: (head) => head.event === 'custom',
    ...over,
  });

  beforeEach(async () => {
    const seal = createHash('sha256').update('made up').digest();
    store = await openSqliteStore({ file: ':memory:', sealer: createSealer([{ id: 'test', key: seal }]) });
    await store.people.upsert(caller.person);
    clock = new ManualClock();
    listed = [];
    told.length = 0;
    let id = 0;
    starts = make(() => `id-${++id}`);
  });
  afterEach(() => store.close());

  const make = (newId: () => string) =>
    createStarts({
      store,
      clock,
      audit: createAudit({ store, clock, newId }),
      live: strict<LiveBuilds>('live', {
        tellHead: (_, head) => {
          told.push(head.number);
          return head;
        },
      }),
      index: { newest: async () => 7 },
    });

  it('two equal requests at once send one, and both hear of it', async () => {
    let sent = 0;
    const send = async () => {
      sent++;
      await clock.sleep(1_000);
      return started();
    };
    const both = await clock.during(
      Promise.all([starts.run(repo(), request(send)), starts.run(repo(), request(send))]),
    );
    expect(both).toEqual([
      { outcome: 'started', number: 8 },
      { outcome: 'started', number: 8 },
    ]);
    expect(sent).toBe(1);
    expect(told).toEqual([8]);
  });

  it.each([
    ['another branch', { what: 'next@' }],
    ['other parameters', { parameters: { A: '2' } }],
    ['a restart instead', { kind: 'restart' as const, from: 3 }],
  ])('the same key for %s is refused', async (_, over) => {
    await starts.run(
      repo(),
      request(async () => started()),
    );
    const again = request(async () => expect.unreachable('nothing may be sent'), over);
    expect(await codeOf(starts.run(repo(), again))).toBe('key_reused');
  });

  it('a key belongs to the repository, not to its path', async () => {
    await starts.run(
      repo(),
      request(async () => started()),
    );
    const never = request(async () => expect.unreachable('nothing may be sent'));
    expect(await starts.run({ ...repo(), path: 'acme/till' }, never)).toMatchObject({ number: 8 });
    expect(await codeOf(starts.run({ ...repo(), forgeRepoId: '12' }, never))).toBe('key_reused');
  });

  it('a refusal is remembered with the server’s words', async () => {
    const refuse = async () => {
      throw new Failure('ci_refused', 'no', { raw: 'branch is protected' });
    };
    expect(await codeOf(starts.run(repo(), request(refuse)))).toBe('ci_refused');
    const again = await starts
      .run(
        repo(),
        request(async () => started()),
      )
      .catch((error: unknown) => error);
    expect(isFailure(again, 'ci_refused') && again.facts.raw).toBe('branch is protected');
  });

  it('a lost answer is looked for: found among newer builds of the same person and parameters', async () => {
    const lose = async () => {
      listed = [
        started({ number: 11, parameters: { A: '2' } }),
        started({ number: 10, startedBy: 'somebody' }),
        started({ number: 9 }),
        started({ number: 7 }),
      ];
      throw uncertain();
    };
    expect(await starts.run(repo(), request(lose))).toEqual({ outcome: 'started', number: 9 });
  });

  it('one that is not there is uncertain, and a retry looks again instead of sending', async () => {
    const lose = async () => {
      throw uncertain();
    };
    expect(await codeOf(starts.run(repo(), request(lose)))).toBe('outcome_uncertain');
    const never = request(async () => expect.unreachable('nothing may be sent'));
    expect(await codeOf(starts.run(repo(), never))).toBe('outcome_uncertain');
    listed = [started({ number: 9 })];
    expect(await starts.run(repo(), never)).toEqual({ outcome: 'started', number: 9 });
    expect((await store.audit.recent(1))[0]).toMatchObject({ action: 'build.start', outcome: 'uncertain' });
  });

  it('one left behind by a process that ended is looked up soon, not after the longest call', async () => {
    void starts.run(
      repo(),
      request(() => new Promise(() => {})),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const next = make(() => 'other');
    listed = [started({ number: 9 })];
    const began = clock.now();
    const outcome = await clock.during(
      next.run(
        repo(),
        request(async () => expect.unreachable('nothing may be sent')),
      ),
    );
    expect(outcome).toEqual({ outcome: 'started', number: 9 });
    expect(clock.now() - began).toBeLessThanOrEqual(5_500);
  });

  it('nothing is sent when the audit cannot be written', async () => {
    const broken = createStarts({
      store,
      clock,
      audit: {
        run: async () => {
          throw new Failure('store_unavailable', 'full');
        },
        runAs: () => expect.unreachable('not asked'),
      },
      live: strict<LiveBuilds>('live', {}),
      index: { newest: async () => null },
    });
    expect(
      await codeOf(
        broken.run(
          repo(),
          request(async () => expect.unreachable('nothing may be sent')),
        ),
      ),
    ).toBe('store_unavailable');
  });
});
