import { describe, expect, it } from 'vitest';
import { Failure, isFailure } from '../domain/failure.ts';
import type { CiClient, CiDeclaration, CiRepository, CiServer } from '../ports/ci-server.ts';
import { gatedRepo, strict } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createRepoCatalog } from './repo-catalog.ts';
import { createHealthBook } from './server-health.ts';

const known = gatedRepo().onServer as CiRepository;

function setUp(
  client: Partial<CiClient>,
  capabilities: CiDeclaration['capabilities'] = ['whole-list'],
  paths: string[] = [],
) {
  const clock = new ManualClock();
  const health = createHealthBook(clock);
  const server = strict<CiServer>('server', {
    id: 'ci',
    declaration: strict<CiDeclaration>('declaration', { capabilities, forge: 'forge' }),
  });
  const service = strict<CiClient>('service', client);
  const catalog = createRepoCatalog({
    connections: new Map([['ci', { server, service }]]),
    clock,
    health,
    names: { idOf: (_forge, path) => (path === 'acme/other' ? '12' : null), paths: () => paths },
  });
  return { clock, health, catalog };
}

describe('every repository of a server', () => {
  it('is asked once, however many wait, and again after ten seconds or a change', async () => {
    let asked = 0;
    const { clock, catalog } = setUp({
      allRepositories: async () => {
        asked++;
        return [known];
      },
    });
    const all = await Promise.all([catalog.load('ci'), catalog.load('ci'), catalog.load('ci')]);
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toMatchObject({ whole: true, asOf: clock.now() });
    expect(all[0]?.byId.get('11')).toBe(known);
    clock.advance(10_000);
    await catalog.load('ci');
    expect(asked).toBe(1);
    catalog.expire('ci');
    await catalog.load('ci');
    clock.advance(10_001);
    await catalog.load('ci');
    expect(asked).toBe(3);
  });

  it('stays as it was last while the server is down, and the health says since when', async () => {
    let failing = false;
    const { clock, health, catalog } = setUp({
      allRepositories: async () => {
        if (failing) throw new Failure('ci_unreachable', 'down', { raw: 'ECONNREFUSED' });
        return [known];
      },
    });
    const good = await catalog.load('ci');
    const at = clock.now();
    expect(health.of('ci')).toEqual({ id: 'ci', ok: true, lastGoodAt: at, code: null, raw: null });
    failing = true;
    clock.advance(60_000);
    expect(await catalog.lastOrLoad('ci')).toBe(good);
    expect(await catalog.load('ci').catch((error: unknown) => isFailure(error, 'ci_unreachable'))).toBe(true);
    expect(health.of('ci')).toEqual({
      id: 'ci',
      ok: false,
      lastGoodAt: at,
      code: 'ci_unreachable',
      raw: 'ECONNREFUSED',
    });
    failing = false;
    await catalog.load('ci');
    expect(health.of('ci')).toMatchObject({ ok: true, lastGoodAt: clock.now() });
  });

  it('is null before the first answer of a server that is down', async () => {
    const { catalog } = setUp({
      allRepositories: async () => {
        throw new Failure('ci_timeout', 'slow');
      },
    });
    expect(await catalog.lastOrLoad('ci')).toBeNull();
  });

  it('is the account’s own list where it is no administrator, which is asked about again later', async () => {
    let administrator = false;
    let refusals = 0;
    const { clock, health, catalog } = setUp({
      allRepositories: async () => {
        if (administrator) return [known, { ...known, forgeRepoId: '12', path: 'acme/other' }];
        refusals++;
        throw new Failure('forbidden', 'no');
      },
      repositories: async () => [known],
    });
    expect(await catalog.load('ci')).toMatchObject({ whole: false });
    // A refusal is an answer: the server lives.
    expect(health.of('ci').ok).toBe(true);
    clock.advance(60_000);
    await catalog.load('ci');
    expect(refusals).toBe(1);
    administrator = true;
    clock.advance(5 * 60_000);
    expect(await catalog.load('ci')).toMatchObject({ whole: true });
  });

  it('of a server without such a list has what the forges named too, each asked for once in its time', async () => {
    const asked: string[] = [];
    const other = { ...known, forgeRepoId: '12', path: 'acme/other' };
    const { clock, catalog } = setUp(
      {
        allRepositories: async () => {
          throw new Failure('forbidden', 'no');
        },
        repositories: async () => [known],
        repository: async (path) => {
          asked.push(path);
          return path === other.path ? other : null;
        },
      },
      [],
      [known.path.toUpperCase(), 'acme/other', 'acme/absent'],
    );
    const list = await catalog.load('ci');
    expect(list.repositories.map(({ path }) => path)).toEqual([known.path, 'acme/other']);
    expect(list.whole).toBe(false);
    clock.advance(10_001);
    await catalog.load('ci');
    expect(asked).toEqual(['acme/other', 'acme/absent']);
    clock.advance(20_000);
    await catalog.load('ci');
    expect(asked).toEqual(['acme/other', 'acme/absent', 'acme/other']);
  });
});
