import { describe, expect, it } from 'vitest';
import type { StartIntent } from '../../src/ports/store.ts';
import { aPromotion } from '../examples.ts';
import type { StoreHarness } from '../store.suite.ts';
import { ada, grace } from './people.ts';

const start: StartIntent = {
  key: 'start-key-00000001',
  kind: 'start',
  server: 'ci',
  path: 'acme/checkout',
  from: null,
  commit: '',
  parameters: {},
  by: 'ada',
  requestedAt: 5,
  state: 'sending',
  build: null,
  raw: null,
};

export function intentRules({ make }: StoreHarness): void {
  describe('intents', () => {
    it('lets exactly one of many claims of a key act, the others get the one that stands', async () => {
      const { intents } = await make();
      const claims = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          intents.claim(ada, aPromotion('key', { requestedAt: n, environment: `e${n}` }), n, '11'),
        ),
      );
      const fresh = claims.filter((claim) => claim.fresh);
      expect(fresh).toHaveLength(1);
      for (const claim of claims) expect(claim.standing).toEqual(fresh[0]?.standing);
    });

    it('scopes keys by person', async () => {
      const { intents } = await make();
      expect((await intents.claim(ada, aPromotion('key'), 1, '11')).fresh).toBe(true);
      expect((await intents.claim(grace, aPromotion('key'), 1, '11')).fresh).toBe(true);
      expect((await intents.claim(ada, start, 1, '11')).fresh).toBe(true);
      expect(await intents.get(grace, start.key)).toBeNull();
    });

    it('answers the settled promotion for the same key from then on', async () => {
      const { intents } = await make();
      await intents.claim(ada, aPromotion('key'), 1, '11');
      await intents.settle(ada, 'key', { state: 'started', build: 12, raw: 'note' });
      const settled = {
        ...aPromotion('key', { state: 'started', build: 12, raw: 'note' }),
        forgeRepoId: '11',
      };
      expect(await intents.get(ada, 'key')).toEqual(settled);
      expect(await intents.claim(ada, aPromotion('key'), 2, '11')).toEqual({
        fresh: false,
        standing: settled,
      });
    });

    it('lists the promotions of a repository by its id, newest first, without starts', async () => {
      const { intents } = await make();
      await intents.claim(ada, aPromotion('a', { requestedAt: 10 }), 10, '11');
      await intents.claim(grace, aPromotion('b', { requestedAt: 30, kind: 'rollback' }), 30, '11');
      await intents.claim(ada, aPromotion('c', { requestedAt: 20 }), 20, '12');
      await intents.claim(ada, aPromotion('d', { requestedAt: 20, server: 'other' }), 20, '11');
      await intents.claim(ada, { ...start, requestedAt: 40 }, 40, '11');
      const keys = async (since: number) =>
        (await intents.promotions({ server: 'ci', forgeRepoId: '11' }, since)).map(
          ({ person, promotion }) => [person, promotion.key],
        );
      await intents.settle(ada, 'a', { state: 'started', build: 1, raw: null });
      expect(await keys(0)).toEqual([
        [grace, 'b'],
        [ada, 'a'],
      ]);
      expect(await keys(11)).toEqual([[grace, 'b']]);
      expect(await keys(10)).toHaveLength(2);
    });

    it('lists what nobody knows the end of however old it is', async () => {
      const { intents } = await make();
      await intents.claim(ada, aPromotion('sending', { requestedAt: 1 }), 1, '11');
      await intents.claim(grace, aPromotion('uncertain', { requestedAt: 2 }), 2, '11');
      await intents.settle(grace, 'uncertain', { state: 'uncertain', build: null, raw: null });
      await intents.claim(ada, aPromotion('done', { requestedAt: 3 }), 3, '11');
      await intents.settle(ada, 'done', { state: 'nothing', build: null, raw: null });
      await intents.claim(ada, start, 4, '11');
      await intents.claim(ada, aPromotion('elsewhere', { requestedAt: 5, server: 'other' }), 5, '12');
      expect((await intents.openPromotions()).map((o) => [o.promotion.key, o.promotion.forgeRepoId])).toEqual(
        [
          ['elsewhere', '12'],
          ['uncertain', '11'],
          ['sending', '11'],
        ],
      );
      const open = await intents.promotions({ server: 'ci', forgeRepoId: '11' }, 1_000);
      expect(open.map((o) => [o.person, o.promotion.key, o.promotion.state])).toEqual([
        [grace, 'uncertain', 'uncertain'],
        [ada, 'sending', 'sending'],
      ]);
    });

    it('forgets old keys, but no promotion whose end nobody knows', async () => {
      const { intents } = await make();
      await intents.claim(ada, aPromotion('old'), 100, '11');
      await intents.settle(ada, 'old', { state: 'started', build: 1, raw: null });
      await intents.claim(ada, aPromotion('open'), 100, '11');
      await intents.claim(ada, start, 100, '11');
      await intents.claim(ada, aPromotion('young'), 200, '11');
      await intents.settle(ada, 'young', { state: 'refused', build: null, raw: null });
      await intents.removeBefore(200);
      expect(await intents.get(ada, 'old')).toBeNull();
      expect(await intents.get(ada, start.key)).toBeNull();
      expect(await intents.get(ada, 'open')).not.toBeNull();
      expect(await intents.get(ada, 'young')).not.toBeNull();
      expect((await intents.claim(ada, aPromotion('old'), 300, '11')).fresh).toBe(true);
    });
  });
}
