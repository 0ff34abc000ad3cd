import type { LinkedAccount } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { Caller } from './context.ts';
import { asEach } from './identities.ts';

export interface AccountList {
  list(caller: Caller): Promise<LinkedAccount[]>;
}

/** Whoever administers one of the CI servers, by an account that the server takes, runs the console too. */
export const isAdministrator = (accounts: readonly LinkedAccount[]): boolean =>
  accounts.some((account) => account.state === 'linked' && account.administrator);

export interface ComparedAccounts extends AccountList {
  /** Asks the CI servers whose the accounts are now; one that does not answer leaves its own as it is. */
  recheck(caller: Caller): Promise<void>;
}

/**
 * What was so at the sign-in may be over: the servers are asked, of those alone who seem to be one.
 * @throws Failure `needs_ci_administrator`
 */
export async function requireAdministrator(accounts: ComparedAccounts, caller: Caller): Promise<void> {
  if (isAdministrator(await accounts.list(caller))) {
    await Promise.all(asEach(caller).map((as) => accounts.recheck(as)));
    if (isAdministrator(await accounts.list(caller))) return;
  }
  throw new Failure(
    'needs_ci_administrator',
    'This is for administrators of a CI server with a linked account.',
  );
}
