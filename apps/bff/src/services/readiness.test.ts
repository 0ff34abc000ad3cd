import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import type { CiServer } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Store } from '../ports/store.ts';
import { createReadiness } from './readiness.ts';

const down = () => Promise.reject(new Failure('ci_unreachable', 'down'));
const never = () => new Promise<never>(() => {});
const up = (version: string) => () => Promise.resolve({ version });

function world(probes: {
  store?: () => Promise<void>;
  forges?: Record<string, () => Promise<{ version: string | null }>>;
  servers?: Record<string, () => Promise<{ version: string | null }>>;
}) {
  let now = 1_000;
  const asked: string[] = [];
  const made = (all: Record<string, () => Promise<{ version: string | null }>>) =>
    Object.entries(all).map(([id, probe]) => ({
      id,
      probe: () => {
        asked.push(id);
        return probe();
      },
    }));
  // Time passes at once for whoever sleeps: a probe that never answers is late.
  const clock: Clock = { now: () => now, sleep: () => new Promise((done) => setImmediate(done)) };
  const readiness = createReadiness({
    store: { ping: probes.store ?? (async () => {}) } as Store,
    forges: made(probes.forges ?? { git: up('1.25.4') }) as unknown as Forge[],
    servers: made(probes.servers ?? { ci: up('2.25.0') }) as unknown as CiServer[],
    clock,
  });
  return {
    readiness,
    asked,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('readiness', () => {
  it('tells each dependency with its version', async () => {
    const { readiness } = world({});
    const state = await readiness.check();
    expect(state.ready).toBe(true);
    expect(state.dependencies.map(({ id, ok, version }) => [id, ok, version])).toEqual([
      ['store', true, null],
      ['git', true, '1.25.4'],
      ['ci', true, '2.25.0'],
    ]);
    expect(readiness.version('ci')).toBe('2.25.0');
    expect(readiness.version('nobody')).toBeNull();
  });

  it('asks at most every 5 s and tells the age', async () => {
    const { readiness, asked, pass } = world({});
    await readiness.check();
    pass(4_999);
    expect((await readiness.check()).dependencies[1]?.ageMs).toBe(4_999);
    expect(asked).toEqual(['git', 'ci']);
    pass(1);
    await readiness.check();
    expect(asked).toHaveLength(4);
  });

  it('is not there without the store', async () => {
    const { readiness } = world({ store: () => Promise.reject(new Failure('store_unavailable', 'gone')) });
    expect(await readiness.check()).toMatchObject({
      ready: false,
      dependencies: [{ ok: false, code: 'store_unavailable' }, {}, {}],
    });
  });

  it('is there while one of several servers is down, and not when all are', async () => {
    expect((await world({ servers: { a: down, b: up('2') } }).readiness.check()).ready).toBe(true);
    expect((await world({ servers: { a: down, b: down } }).readiness.check()).ready).toBe(false);
    expect((await world({ forges: { a: down } }).readiness.check()).ready).toBe(false);
  });

  it('does not wait for one that never answers, and remembers when it last did', async () => {
    let answer: () => Promise<{ version: string | null }> = up('2.25.0');
    const { readiness, pass } = world({ servers: { ci: () => answer() } });
    await readiness.check();
    answer = never;
    pass(60_000);
    const [, , ci] = (await readiness.check()).dependencies;
    expect(ci).toMatchObject({ ok: false, code: 'timeout', version: '2.25.0', lastGoodAt: 1_000 });
  });
});
