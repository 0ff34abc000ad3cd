import { describe, expect, it } from 'vitest';
import { isFailure } from '../domain/failure.ts';
import type { CiServer } from '../ports/ci-server.ts';
import type { Caller } from '../services/context.ts';
import { createBudgets } from './budgets.ts';
import { languageOf } from './language.ts';

const rates = {
  reads: 300,
  readBurst: 60,
  chunks: 6_000,
  writes: 30,
  secrets: 20,
  promotions: 5,
  promotionsPerRepository: 20,
  searches: 30,
};
const caller = (forgeUserId: string): Caller => ({
  person: { forge: 'git', forgeUserId, login: 'x', name: 'X', email: null, avatarUrl: null },
  sessionHash: 's',
  address: '',
  requestId: 'r',
});

function world() {
  let now = 0;
  const budgets = createBudgets(rates, { now: () => now, sleep: async () => {} });
  return {
    pass: (ms: number) => {
      now += ms;
    },
    /** How many calls pass at once. */
    spendAll(
      kind: Parameters<typeof budgets.spend>[0],
      who = caller('1'),
    ): { passed: number; retryAfter: number } {
      for (let passed = 0; passed < 10_000; passed++) {
        try {
          budgets.spend(kind, who);
        } catch (error) {
          if (isFailure(error, 'rate_limited')) return { passed, retryAfter: error.facts.retryAfter ?? 0 };
          throw error;
        }
      }
      return { passed: 10_000, retryAfter: 0 };
    },
  };
}

describe('budgets of a repository', () => {
  it('are everybody’s together: promotions and approvals, 20 a minute, and of no other repository', () => {
    let now = 0;
    const budgets = createBudgets(rates, { now: () => now, sleep: async () => {} });
    const repo = (id: string, forgeRepoId: string) => ({ server: { id } as CiServer, forgeRepoId });
    const spendOn = (one: ReturnType<typeof repo>) => () => budgets.spendOn('promote', one);
    for (let n = 0; n < 20; n++) spendOn(repo('ci', '11'))();
    expect(spendOn(repo('ci', '11'))).toThrow(expect.objectContaining({ code: 'rate_limited' }));
    expect(spendOn(repo('ci', '12'))).not.toThrow();
    expect(spendOn(repo('other', '11'))).not.toThrow();
    for (let n = 0; n < 1_000; n++) budgets.spendOn('write', repo('ci', '11'));
    now += 3_000;
    expect(spendOn(repo('ci', '11'))).not.toThrow();
  });
});

describe('budgets', () => {
  it.each([
    ['read', 60, 1],
    ['write', 30, 2],
    ['secret', 20, 3],
    ['promote', 5, 12],
    ['search', 30, 2],
    ['chunk', 600, 1],
    ['none', 10_000, 0],
  ] as const)('%s: %i at once, then the next in %i s', (kind, passed, retryAfter) => {
    expect(world().spendAll(kind)).toEqual({ passed, retryAfter });
  });

  it('flow in evenly: 300 reads a minute in all', () => {
    const { spendAll, pass } = world();
    let total = spendAll('read').passed;
    for (let second = 0; second < 60; second++) {
      pass(1_000);
      total += spendAll('read').passed;
    }
    expect(total).toBe(360);
  });

  it('are each person’s own, and kinds do not eat each other’s', () => {
    const { spendAll } = world();
    expect(spendAll('promote').passed).toBe(5);
    expect(spendAll('promote', caller('2')).passed).toBe(5);
    expect(spendAll('write').passed).toBe(30);
  });
});

describe('the language of a guest', () => {
  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['zh-TW', 'zh-CN'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
    ['fr,de;q=0.9', 'zh-CN'],
    ['fr, zh;q=0.3, en;q=0.7', 'en'],
    ['zh;q=0, en', 'en'],
    [undefined, 'zh-CN'],
    [`${'x'.repeat(10_000)},en`, 'zh-CN'],
  ])('%s → %s', (header, language) => {
    expect(languageOf(header, 'zh-CN')).toBe(language);
  });
});
