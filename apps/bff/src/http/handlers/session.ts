import { Failure } from '../../domain/failure.ts';
import type { ConsoleService } from '../../services/console.ts';
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
}

export const sessionHandlers = ({ console, signIn, problems }: SessionHandlerDeps) => ({
  get: forPeople.session.get.handler(({ context }) =>
    console.viewer(context.caller, context.sessionExpiresAt),
  ),
  setPreferences: forPeople.session.setPreferences.handler(({ context, input }) =>
    console.setPreferences(context.caller, input),
  ),
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
