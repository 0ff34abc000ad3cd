import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../src/ports/store.ts';
import type { StoreHarness } from '../store.suite.ts';
import { ada } from './people.ts';

const entry = (id: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  id,
  at: 1_700_000_000_000,
  person: ada,
  login: 'ada',
  sessionHash: 'h',
  address: '192.0.2.1',
  action: 'build.cancel',
  server: 'ci',
  path: 'acme/checkout',
  forgeRepoId: '11',
  request: '{"build":7}',
  as: 'service',
  outcome: 'intent',
  answer: null,
  ...more,
});

export function auditRules({ make }: StoreHarness): void {
  describe('audit', () => {
    it('keeps what was about to be done and adds what came of it', async () => {
      const { audit } = await make();
      await audit.intent(entry('1'));
      await audit.outcome('1', 'done', '{"build":8}');
      expect(await audit.recent(10)).toEqual([entry('1', { outcome: 'done', answer: '{"build":8}' })]);
    });

    it('lists the newest first', async () => {
      const { audit } = await make();
      for (const at of [2, 3, 1]) await audit.intent(entry(String(at), { at }));
      expect((await audit.recent(2)).map((e) => e.at)).toEqual([3, 2]);
    });

    it('finds the entries of a build: those acting on it and the one that started it', async () => {
      const { audit } = await make();
      await audit.intent(entry('restart', { at: 1, action: 'build.restart' }));
      await audit.outcome('restart', 'done', '{"build":8}');
      await audit.intent(entry('cancel', { at: 2, request: '{"build":8}' }));
      await audit.intent(entry('elsewhere', { at: 3, forgeRepoId: '12', request: '{"build":8}' }));
      await audit.intent(
        entry('odd', { at: 4, request: 'not json', server: null, path: null, forgeRepoId: null }),
      );
      expect((await audit.ofBuild({ server: 'ci', forgeRepoId: '11' }, 8)).map((e) => e.id)).toEqual([
        'restart',
        'cancel',
      ]);
      expect((await audit.ofBuild({ server: 'ci', forgeRepoId: '11' }, 7)).map((e) => e.id)).toEqual([
        'restart',
      ]);
    });

    it('tells who started each of many builds, not who acted on them or started others from them', async () => {
      const { audit } = await make();
      const begun = async (id: string, action: string, from: number, to: number, more = {}) => {
        await audit.intent(entry(id, { action, request: `{"build":${from}}`, ...more }));
        await audit.outcome(id, 'done', `{"build":${to}}`);
      };
      await begun('promote', 'build.promote', 7, 8, { login: 'grace' });
      await begun('rollback', 'build.rollback', 6, 9);
      await begun('elsewhere', 'build.promote', 7, 5, { forgeRepoId: '12' });
      await begun('other', 'build.cancel', 4, 4);
      const place = { server: 'ci', forgeRepoId: '11' };
      expect(await audit.starters(place, [4, 5, 6, 7, 8, 9, 10])).toEqual(
        new Map([
          [8, 'grace'],
          [9, 'ada'],
        ]),
      );
      expect(await audit.starters(place, [])).toEqual(new Map());
    });

    it('takes an id once and an outcome once; an uncertain one may still be settled', async () => {
      const { audit } = await make();
      await audit.intent(entry('1'));
      await expect(audit.intent(entry('1', { login: 'mallory' }))).rejects.toMatchObject({
        code: 'store_unavailable',
      });
      await audit.outcome('1', 'uncertain', null);
      await audit.outcome('1', 'done', '{}');
      await expect(audit.outcome('1', 'refused', null)).rejects.toMatchObject({ code: 'store_unavailable' });
      expect((await audit.recent(9)).map((e) => [e.login, e.outcome])).toEqual([['ada', 'done']]);
    });
  });
}
