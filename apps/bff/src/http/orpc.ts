import { contract, fromRepoKey, inRepo, type Policy } from '@flightdeck/api-client/contract';
import { implement } from '@orpc/server';
import { Failure } from '../domain/failure.ts';
import type { PersonKey } from '../ports/store.ts';
import type { Caller, Gate, GatedRepo } from '../services/context.ts';
import type { Budgets } from './budgets.ts';

/** What `http/app.ts` hands to every procedure. */
export interface RequestContext {
  caller: Caller | null;
  gate: Gate;
  budgets: Budgets;
  requestId: string;
  /** Network address of who asks. */
  address: string;
  /** When the caller's session ends unless it is used. */
  sessionExpiresAt: number | null;
  /** Sets a header of the answer. */
  header(name: string, value: string): void;
  /** Starts a session of this person in the browser that asks; the one before ends. Answers its hash. */
  beginSession(person: PersonKey): Promise<string>;
  /** Ends the browser's session and takes its cookie away. */
  endSession(): Promise<void>;
  /** Told the row's address (a template, for metrics) before anything else happens. */
  matched(template: string): void;
}

export const base = implement(contract).$context<RequestContext>();

/** Rows a guest may call. */
export const forGuests = base.use(async ({ context, next, procedure }) => {
  begin(context, procedure['~orpc'].route);
  await spend(context, procedure['~orpc'].meta, null);
  return next();
});

/** Rows that need a signed-in person and no repository. `context.caller` is that person. */
export const forPeople = base.use(async ({ context, next, procedure }) => {
  begin(context, procedure['~orpc'].route);
  const caller = signedIn(context);
  await spend(context, procedure['~orpc'].meta, caller);
  return next({ context: { caller } });
});

/** Rows about a repository. `context.repo` has passed the gate at the level the row's policy names. */
export const inRepository = base.use(async ({ context, next, procedure }, input: unknown) => {
  begin(context, procedure['~orpc'].route);
  const policy: Policy = procedure['~orpc'].meta;
  const caller = signedIn(context);
  await spend(context, policy, caller);
  // Runs before the row's own schema: the address is checked here, so that nothing unchecked reaches the gate.
  const address = inRepo.safeParse(input);
  if (!address.success) throw new Failure('not_found', 'No such repository.');
  const repo: GatedRepo = await context.gate.open(
    caller,
    address.data.server,
    fromRepoKey(address.data.repo),
    policy,
  );
  context.budgets.spendOn(policy.budget, repo);
  return next({ context: { caller, repo } });
});

function begin(context: RequestContext, route: { path?: string | undefined }): void {
  context.matched(route.path ?? 'unknown');
}

function signedIn(context: RequestContext): Caller {
  if (!context.caller) throw new Failure('signed_out', 'Sign in first.');
  return context.caller;
}

async function spend(context: RequestContext, policy: Policy, caller: Caller | null): Promise<void> {
  if (policy.need !== 'guest' && !caller) throw new Failure('signed_out', 'Sign in first.');
  context.budgets.spend(policy.budget, caller);
}
