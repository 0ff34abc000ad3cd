import type { Deployment, Promotion } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { aBuild } from '../testing/gated-repo.ts';
import { inFlightTo, prefill } from './promotion.ts';

describe('domain/promotion: parameters to begin with', () => {
  it('are the parent’s, overridden and completed by those of the last promotion', () => {
    const parent = aBuild({ parameters: { REGION: 'eu', SIZE: '1' } });
    const last = aBuild({ parameters: { SIZE: '2', NOTE: 'x' } });
    expect(prefill(parent, last)).toEqual([
      { name: 'REGION', value: 'eu', source: 'parent', fixed: true },
      { name: 'SIZE', value: '2', source: 'last', fixed: true },
      { name: 'NOTE', value: 'x', source: 'last', fixed: false },
    ]);
  });

  it('are what the console itself sent, where the server does not keep them', () => {
    const last = aBuild({ number: 9, parameters: {} });
    const asked = [
      { build: 8, parameters: { REGION: 'us' } },
      { build: 9, parameters: { REGION: 'eu' } },
    ];
    expect(prefill(aBuild({}), last, asked)).toEqual([
      { name: 'REGION', value: 'eu', source: 'last', fixed: false },
    ]);
    expect(prefill(aBuild({}), null, asked)).toEqual([]);
    // Back to one: as it was sent then.
    expect(prefill(last, null, asked)).toEqual([
      { name: 'REGION', value: 'eu', source: 'last', fixed: false },
    ]);
    const kept = aBuild({ number: 9, parameters: { REGION: 'eu' } });
    expect(prefill(kept, null, asked)).toEqual([
      { name: 'REGION', value: 'eu', source: 'parent', fixed: true },
    ]);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])(
    'may be called %s like what every object has',
    (name) => {
      const one = { [name]: 'made up' };
      expect(prefill(aBuild({ parameters: one }), aBuild({ parameters: {} }))).toEqual([
        { name, value: 'made up', source: 'parent', fixed: true },
      ]);
      expect(prefill(aBuild({ parameters: {} }), aBuild({ parameters: one }))).toEqual([
        { name, value: 'made up', source: 'last', fixed: false },
      ]);
    },
  );
});

describe('domain/promotion: what is under way', () => {
  const now = 1_000_000;
  const deployment = (number: number, over: Partial<Deployment> = {}): Deployment => ({
    environment: 'staging',
    build: aBuild({ number, createdAt: number * 1_000 }),
    outcome: 'in-flight',
    from: 1,
    by: 'flightdeck',
    ...over,
  });
  const promotion = (over: Partial<Promotion> = {}): Promotion => ({
    ...{ key: 'key-made-up-000000000001', kind: 'promote', server: 'ci', path: 'acme/checkout', from: 1 },
    ...{ commit: 'c', environment: 'staging', parameters: {}, by: 'grace', requestedAt: now - 1_000 },
    ...{ state: 'sending', build: null, raw: null },
    ...over,
  });
  const flight = (deployments: Deployment[], promotions: Promotion[] = []) =>
    inFlightTo('staging', deployments, promotions, now);

  it('is the newest that has not ended, by who asked for it', () => {
    expect(flight([deployment(2), deployment(5), deployment(9, { outcome: 'failed' })])).toEqual({
      by: 'flightdeck',
      build: 5,
      from: 1,
      since: 5_000,
    });
    expect(flight([deployment(5)], [promotion({ state: 'started', build: 5, requestedAt: 4_990 })])).toEqual({
      by: 'grace',
      build: 5,
      from: 1,
      since: 4_990,
    });
  });

  it.each<[string, Partial<Promotion>, boolean]>([
    ['being sent', {}, true],
    ['of unknown end', { state: 'uncertain', requestedAt: 1 }, true],
    ['started, not listed yet', { state: 'started', build: 12 }, true],
    ['started long ago, its build is gone', { state: 'started', build: 12, requestedAt: 1 }, false],
    ['refused', { state: 'refused' }, false],
    ['of which nothing came', { state: 'nothing' }, false],
    ['to another environment', { environment: 'production' }, false],
  ])('a promotion that is %s', (_, over, counts) => {
    expect(flight([], [promotion(over)]) !== null).toBe(counts);
  });

  it('is not what ended or goes elsewhere', () => {
    const ended = deployment(5, { outcome: 'deployed' });
    expect(flight([ended, deployment(6, { environment: 'production' })])).toBeNull();
    expect(flight([ended], [promotion({ state: 'started', build: 5 })])).toBeNull();
  });
});
