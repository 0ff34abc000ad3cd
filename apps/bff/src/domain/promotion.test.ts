import { describe, expect, it } from 'vitest';
import { aBuild } from '../testing/gated-repo.ts';
import { prefill } from './promotion.ts';

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
