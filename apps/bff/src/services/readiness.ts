import { isFailure } from '../domain/failure.ts';
import type { CiServer } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Store } from '../ports/store.ts';

export interface DependencyState {
  kind: 'store' | 'forge' | 'server';
  id: string;
  ok: boolean;
  version: string | null;
  /** Problem code when it is not well. */
  code: string | null;
  /** Unix ms of the last good answer; null: none since the start. */
  lastGoodAt: number | null;
  /** Age of this statement in ms. */
  ageMs: number;
}

export interface Readiness {
  ready: boolean;
  dependencies: DependencyState[];
}

export interface ReadinessService {
  check(): Promise<Readiness>;
  /** Version of a forge or CI server as last seen. */
  version(id: string): string | null;
}

interface Probe {
  kind: DependencyState['kind'];
  id: string;
  ask(signal: AbortSignal): Promise<{ version: string | null }>;
}

/**
 * Ready means: the store answers, and of the forges and of the CI servers at least one each. One that is down among
 * several is told but takes nothing away from the people of the others.
 */
export function createReadiness(deps: {
  store: Store;
  forges: readonly Forge[];
  servers: readonly CiServer[];
  clock: Clock;
  cacheMs?: number;
  timeoutMs?: number;
}): ReadinessService {
  const { clock, cacheMs = 5_000, timeoutMs = 4_000 } = deps;
  const probes: Probe[] = [
    { kind: 'store', id: 'store', ask: async () => deps.store.ping().then(() => ({ version: null })) },
    ...deps.forges.map(
      (forge): Probe => ({ kind: 'forge', id: forge.id, ask: (signal) => forge.probe(signal) }),
    ),
    ...deps.servers.map(
      (server): Probe => ({ kind: 'server', id: server.id, ask: (signal) => server.probe(signal) }),
    ),
  ];
  const lastGood = new Map<Probe, { at: number; version: string | null }>();
  let cached: { at: number; states: Promise<Omit<DependencyState, 'ageMs'>[]> } | null = null;

  async function ask(probe: Probe): Promise<Omit<DependencyState, 'ageMs'>> {
    const controller = new AbortController();
    const timer = new AbortController();
    let code: string | null = null;
    try {
      const answer = probe.ask(controller.signal);
      const late = clock.sleep(timeoutMs, timer.signal).then(() => null);
      const first = await Promise.race([answer, late]);
      if (first === null) {
        answer.catch(() => {});
        code = 'timeout';
      } else lastGood.set(probe, { at: clock.now(), version: first.version });
    } catch (error) {
      code = isFailure(error) ? error.code : 'internal';
    } finally {
      timer.abort();
      controller.abort();
    }
    const good = lastGood.get(probe);
    const { kind, id } = probe;
    return {
      kind,
      id,
      ok: code === null,
      version: good?.version ?? null,
      code,
      lastGoodAt: good?.at ?? null,
    };
  }

  return {
    async check() {
      const now = clock.now();
      if (!cached || now - cached.at >= cacheMs) cached = { at: now, states: Promise.all(probes.map(ask)) };
      const { at, states } = cached;
      const dependencies = (await states).map((state) => ({
        ...state,
        ageMs: Math.max(0, clock.now() - at),
      }));
      const some = (kind: DependencyState['kind']) => dependencies.some((one) => one.kind === kind && one.ok);
      return { ready: some('store') && some('forge') && some('server'), dependencies };
    },
    version: (id) => lastGood.get(probes.find((probe) => probe.id === id) as Probe)?.version ?? null,
  };
}
