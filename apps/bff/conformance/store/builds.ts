import { describe, expect, it } from 'vitest';
import { aHead } from '../examples.ts';
import type { StoreHarness } from '../store.suite.ts';

const person = (login: string, name = login) => ({ login, name, avatarUrl: null });

export function buildRules({ make }: StoreHarness): void {
  describe('build index', () => {
    it('gives back heads unchanged, newest first, page by page', async () => {
      const { builds } = await make();
      const all = Array.from({ length: 1_200 }, (_, n) => aHead(n + 1, { parameters: { N: String(n) } }));
      await builds.put('ci', '1', all);
      const first = await builds.query('ci', '1', { limit: 3 });
      expect(first).toEqual([all[1199], all[1198], all[1197]]);
      expect((await builds.query('ci', '1', { limit: 2, before: 1_198 })).map((b) => b.number)).toEqual([
        1_197, 1_196,
      ]);
      expect(await builds.query('ci', '1', { limit: 2_000 })).toHaveLength(1_200);
      expect(await builds.get('ci', '1', 600)).toEqual(all[599]);
      expect(await builds.get('ci', '2', 600)).toBeNull();
      expect(await builds.query('other', '1', { limit: 5 })).toEqual([]);
    });

    it('filters by branch, event, status, author and environment, together', async () => {
      const { builds } = await make();
      await builds.put('ci', '1', [
        aHead(1, { branch: 'main', status: 'failure', author: person('grace') }),
        aHead(2, { branch: 'dev', status: 'failure', author: person('grace') }),
        aHead(3, { branch: 'main', status: 'success', author: person('', 'No Login') }),
        aHead(4, { branch: 'main', event: 'promote', environment: 'production' }),
        aHead(5, { branch: 'main', event: 'promote', environment: 'staging' }),
      ]);
      const numbers = async (query: object) =>
        (await builds.query('ci', '1', { limit: 10, ...query })).map((b) => b.number);
      expect(await numbers({ branch: 'main' })).toEqual([5, 4, 3, 1]);
      expect(await numbers({ status: 'failure' })).toEqual([2, 1]);
      expect(await numbers({ status: 'failure', branch: 'main', author: 'grace' })).toEqual([1]);
      expect(await numbers({ author: 'No Login' })).toEqual([3]);
      expect(await numbers({ event: 'promote' })).toEqual([5, 4]);
      expect(await numbers({ environment: 'production' })).toEqual([4]);
      expect(await numbers({ deploymentsOnly: true })).toEqual([5, 4]);
      expect(await builds.values('ci', '1')).toEqual({
        branches: ['main', 'dev'],
        authors: ['ada', 'No Login', 'grace'],
        environments: ['staging', 'production'],
      });
    });

    it('never replaces a snapshot by an older one', async () => {
      const { builds } = await make();
      await builds.put('ci', '1', [aHead(1, { version: 4, status: 'success' })]);
      await builds.put('ci', '1', [aHead(1, { version: 3, status: 'running' })]);
      expect((await builds.get('ci', '1', 1))?.status).toBe('success');
      await builds.put('ci', '1', [
        aHead(1, { version: 6, status: 'failure' }),
        aHead(1, { version: 5, status: 'running' }),
      ]);
      expect((await builds.get('ci', '1', 1))?.status).toBe('failure');
      expect(await builds.query('ci', '1', { limit: 9, status: 'running' })).toEqual([]);
      // A server without such a counter: the later call counts.
      await builds.put('ci', '1', [aHead(2, { version: 0, status: 'running' })]);
      await builds.put('ci', '1', [aHead(2, { version: 0, status: 'success' })]);
      expect((await builds.get('ci', '1', 2))?.status).toBe('success');
    });

    it('knows the neighbours over holes in the numbers', async () => {
      const { builds } = await make();
      await builds.put('ci', '1', [aHead(2), aHead(5), aHead(9)]);
      await builds.put('ci', '2', [aHead(4), aHead(6)]);
      expect(await builds.neighbours('ci', '1', 5)).toEqual({ older: 2, newer: 9 });
      expect(await builds.neighbours('ci', '1', 9)).toEqual({ older: 5, newer: null });
      expect(await builds.neighbours('ci', '1', 3)).toEqual({ older: 2, newer: 5 });
    });

    it('says how far it reaches, and forgets on demand', async () => {
      const { builds } = await make();
      expect(await builds.reach('ci', '1')).toEqual({
        oldest: null,
        newest: null,
        complete: false,
        asOf: null,
      });
      const reach = { oldest: 1, newest: 3, complete: true, asOf: 1_700_000_000_000 };
      await builds.setReach('ci', '1', { ...reach, complete: false });
      await builds.setReach('ci', '1', reach);
      expect(await builds.reach('ci', '1')).toEqual(reach);
      await builds.put('ci', '1', [aHead(1), aHead(2), aHead(3)]);
      await builds.put('ci', '2', [aHead(1)]);
      await builds.remove('ci', '1', [1, 3]);
      expect((await builds.query('ci', '1', { limit: 9 })).map((b) => b.number)).toEqual([2]);
      await builds.clear('ci', '1');
      expect(await builds.query('ci', '1', { limit: 9 })).toEqual([]);
      expect((await builds.reach('ci', '1')).complete).toBe(false);
      expect(await builds.query('ci', '2', { limit: 9 })).toHaveLength(1);
    });

    it('keeps the latest sight of a runner, in whatever order they come', async () => {
      const { builds } = await make();
      const sight = { runner: 'r1', type: 'exec', os: 'linux', arch: 'amd64', labels: '{}' };
      await builds.noteRunner('ci', { ...sight, lastTakenAt: 50 });
      await builds.noteRunner('ci', { ...sight, lastTakenAt: 20 });
      await builds.noteRunner('ci', { ...sight, arch: 'arm64', lastTakenAt: 60 });
      await builds.noteRunner('ci', { ...sight, runner: 'r0', lastTakenAt: 50 });
      await builds.noteRunner('other', { ...sight, lastTakenAt: 99 });
      expect((await builds.runners('ci')).map((s) => [s.runner, s.arch, s.lastTakenAt])).toEqual([
        ['r1', 'arm64', 60],
        ['r0', 'amd64', 50],
        ['r1', 'amd64', 50],
      ]);
    });
  });
}
