import { describe, expect, it } from 'vitest';
import { isFailure } from '../domain/failure.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { createCredentialAttempts } from './credential-attempts.ts';

const limits = { perLoginAndAddress: 3, perLogin: 5, perAddress: 8, windowMs: 60_000 };
const world = () => {
  const clock = new ManualClock();
  const attempts = createCredentialAttempts({ clock, limits });
  const who = (login: string | null, address = '10.0.0.1', forge = 'gogs') => ({ forge, login, address });
  const open = (one: ReturnType<typeof who>) => {
    try {
      attempts.admit(one);
      return 'open';
    } catch (error) {
      return isFailure(error, 'rate_limited') ? error.facts.retryAfter : error;
    }
  };
  const refuse = (one: ReturnType<typeof who>, times: number) => {
    for (let n = 0; n < times; n += 1) attempts.refused(one);
  };
  return { clock, attempts, who, open, refuse };
};

describe('refused passwords and tokens', () => {
  it('close a login from one address, in whatever case it is written, for a while', () => {
    const { clock, who, open, refuse } = world();
    refuse(who('Grace'), 2);
    expect(open(who('grace'))).toBe('open');
    refuse(who('grace'), 1);
    expect(open(who('GRACE'))).toBe(60);
    expect(open(who('ada'))).toBe('open');
    expect(open(who('grace', '10.0.0.2'))).toBe('open');
    expect(open(who('grace', '10.0.0.1', 'other'))).toBe('open');
    clock.advance(60_000);
    expect(open(who('grace'))).toBe('open');
  });

  it('close a login that many addresses try', () => {
    const { who, open, refuse } = world();
    for (let n = 0; n < 5; n += 1) refuse(who('grace', `10.0.1.${n}`), 1);
    expect(open(who('grace', '10.0.9.9'))).toBe(60);
    expect(open(who(null, '10.0.9.9'))).toBe('open');
  });

  it('close an address that tries many logins or tokens', () => {
    const { who, open, refuse } = world();
    for (let n = 0; n < 4; n += 1) refuse(who(`p${n}`), 1);
    refuse(who(null), 4);
    expect(open(who('new'))).toBe(60);
    expect(open(who(null))).toBe(60);
    expect(open(who('new', '10.0.0.2'))).toBe('open');
  });

  it('are forgotten for a login that then fits, not for the address', () => {
    const { attempts, who, open, refuse } = world();
    refuse(who('grace'), 2);
    attempts.passed(who('grace'));
    refuse(who('grace'), 2);
    expect(open(who('grace'))).toBe('open');
    refuse(who(null), 4);
    expect(open(who('grace'))).toBe(60);
  });
});
