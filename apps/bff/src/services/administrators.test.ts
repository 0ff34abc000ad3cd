import type { LinkedAccount } from '@flightdeck/api-client/model';
import { expect, test } from 'vitest';
import { caller } from '../testing/gated-repo.ts';
import { requireAdministrator } from './administrators.ts';
import type { Caller } from './context.ts';

const account = (administrator: boolean, state: LinkedAccount['state'] = 'linked') =>
  ({ server: 'ci', administrator, state }) as LinkedAccount;

async function ask(before: LinkedAccount, after = before, as: Caller = caller) {
  const asked: string[] = [];
  let now = before;
  const outcome = await requireAdministrator(
    {
      list: async () => [now],
      recheck: async ({ person }) => {
        asked.push(person.forge);
        now = after;
      },
    },
    as,
  ).then(
    () => 'passed',
    (error: { code: string }) => error.code,
  );
  return { outcome, asked };
}

test('who administers a server passes, as the server says it now', async () => {
  expect(await ask(account(true))).toEqual({ outcome: 'passed', asked: ['git'] });
  const refused = { outcome: 'needs_ci_administrator', asked: ['git'] };
  expect(await ask(account(true), account(false))).toEqual(refused);
  expect(await ask(account(true), account(true, 'expired'))).toEqual(refused);
});

test('others make no calls', async () => {
  for (const one of [account(false), account(true, 'expired'), account(true, 'other-person')]) {
    expect(await ask(one)).toEqual({ outcome: 'needs_ci_administrator', asked: [] });
  }
});

test('each account of somebody with several is asked for', async () => {
  const others = [{ ...caller.person, forge: 'other', forgeUserId: '70' }];
  expect((await ask(account(true), account(true), { ...caller, others })).asked).toEqual(['git', 'other']);
});
