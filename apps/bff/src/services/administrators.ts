import type { LinkedAccount } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { Caller } from './context.ts';

export interface AccountList {
  list(caller: Caller): Promise<LinkedAccount[]>;
}

/** Whoever administers one of the CI servers, by an account that the server takes, runs the console too. */
export const isAdministrator = (accounts: readonly LinkedAccount[]): boolean =>
  accounts.some((account) => account.state === 'linked' && account.administrator);

/** @throws Failure `needs_ci_administrator` */
export async function requireAdministrator(accounts: AccountList, caller: Caller): Promise<void> {
  if (isAdministrator(await accounts.list(caller))) return;
  throw new Failure(
    'needs_ci_administrator',
    'This is for administrators of a CI server with a linked account.',
  );
}
