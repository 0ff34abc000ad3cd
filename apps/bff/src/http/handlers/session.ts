import { Failure } from '../../domain/failure.ts';
import type { ConsoleService } from '../../services/console.ts';
import type { CredentialSignIn } from '../../services/credential-sign-in.ts';
import { safeReturn } from '../../services/return-to.ts';
import type { SignInService } from '../../services/sign-in.ts';
import type { SignInProblems } from '../../services/sign-in-problems.ts';
import { forGuests, forPeople } from '../orpc.ts';

const ok = { ok: true as const };
/** Cookies go by name, so that a neighbour's on the same host stay. */
const clear = '"cache", "storage"';

export interface SessionHandlerDeps {
  console: ConsoleService;
  signIn: SignInService;
  problems: SignInProblems;
  byCredentials: CredentialSignIn;
  /** With a slash at its end. */
  publicUrl: string;
}

export const sessionHandlers = ({
  console,
  signIn,
  problems,
  byCredentials,
  publicUrl,
}: SessionHandlerDeps) => ({
  get: forPeople.session.get.handler(({ context }) =>
    console.viewer(context.caller, context.sessionExpiresAt),
  ),
  setPreferences: forPeople.session.setPreferences.handler(({ context, input }) =>
    console.setPreferences(context.caller, input),
  ),
  signIn: forGuests.session.signIn.handler(async ({ context, input }) => {
    const { address, requestId } = context;
    const found = await byCredentials.identify(input.forge, input.credentials, { address, requestId });
    const entered = await signIn.enter(found.forge, found.who, found.tokens);
    const sessionHash = await context.beginSession(entered.owner);
    await signIn.settle({ person: entered.owner, sessionHash, address, requestId }, entered, found.by);
    return { returnTo: safeReturn(input.return, publicUrl) };
  }),
  signOut: forPeople.session.signOut.handler(async ({ context }) => {
    await signIn.signOut(context.caller);
    await context.endSession();
    context.header('clear-site-data', clear);
    return ok;
  }),
  signOutEverywhere: forPeople.session.signOutEverywhere.handler(async ({ context }) => {
    await signIn.signOutEverywhere(context.caller);
    await context.endSession();
    context.header('clear-site-data', clear);
    return ok;
  }),
  signInProblem: forGuests.session.signInProblem.handler(({ input }) => {
    const problem = problems.get(input.id);
    if (!problem) throw new Failure('not_found', 'No such problem, or it is too old.');
    return problem;
  }),
});
