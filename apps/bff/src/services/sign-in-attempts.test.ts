import { describe, expect, it } from 'vitest';
import { createSignInAttempts } from './sign-in-attempts.ts';
import { createSignInProblems } from './sign-in-problems.ts';

function world(total = 100) {
  let now = 1_000_000;
  let count = 0;
  const clock = { now: () => now, sleep: async () => {} };
  const attempts = createSignInAttempts({ clock, random: () => `random-${count++}`, lifeMs: 600_000, total });
  return {
    attempts,
    clock,
    pass: (ms: number) => {
      now += ms;
    },
    begin: (forge = 'gitea') => attempts.begin({ forge, verifier: 'v', returnTo: '/repos', addTo: null }),
  };
}

describe('attempts to sign in', () => {
  it('are good once, with the cookie of the browser that began', () => {
    const { attempts, begin } = world();
    const { state, cookie } = begin();
    expect(attempts.take(state, 'gitea', () => undefined)).toBeNull();
    expect(attempts.take(state, 'gitea', () => 'another')).toBeNull();
    const held = (suffix: string) => (suffix === cookie.suffix ? cookie.value : undefined);
    expect(attempts.take(state, 'gitea', held)).toEqual({
      forge: 'gitea',
      verifier: 'v',
      returnTo: '/repos',
      addTo: null,
    });
    expect(attempts.take(state, 'gitea', held)).toBeNull();
  });

  it('belong to one forge: an answer on the address of another is refused and does not use it up', () => {
    const { attempts, begin } = world();
    const { state, cookie } = begin('a');
    expect(attempts.take(state, 'b', () => cookie.value)).toBeNull();
    expect(attempts.take(state, 'a', () => cookie.value)).not.toBeNull();
  });

  it('end after ten minutes', () => {
    const { attempts, begin, pass } = world();
    const early = begin();
    const late = begin();
    pass(599_999);
    expect(attempts.take(early.state, 'gitea', () => early.cookie.value)).not.toBeNull();
    pass(1);
    expect(attempts.take(late.state, 'gitea', () => late.cookie.value)).toBeNull();
  });

  it('push out the oldest when there are too many, and somebody new still gets in', () => {
    const { attempts, begin } = world(3);
    const all = [begin(), begin(), begin(), begin()];
    const taken = all.map(({ state, cookie }) => attempts.take(state, 'gitea', () => cookie.value) !== null);
    expect(taken).toEqual([false, true, true, true]);
  });
});

describe('details of a failed sign-in', () => {
  it('are there for a while under their id, bounded in number', () => {
    const { clock, pass } = world();
    let id = 0;
    const problems = createSignInProblems({ clock, newId: () => `id-${id++}`, lifeMs: 600_000, total: 2 });
    const problem = {
      code: 'attempt',
      hop: null,
      forge: null,
      address: null,
      raw: null,
      requestId: 'r',
    } as const;
    const [first = '', second = '', third = ''] = [1, 2, 3].map(() => problems.keep(problem));
    expect(problems.get(first)).toBeNull();
    expect(problems.get(second)).toMatchObject({ code: 'attempt', at: 1_000_000 });
    pass(600_000);
    expect(problems.get(third)).toBeNull();
  });
});
