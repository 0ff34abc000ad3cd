import { Failure } from '../../domain/failure.ts';
import type { Forge } from '../../ports/forge.ts';
import type { CredentialSignIn } from '../../services/credential-sign-in.ts';
import type { IdentityAdds } from '../../services/identity-adds.ts';
import type { IdentityChanges } from '../../services/identity-changes.ts';
import { forPeople } from '../orpc.ts';

export interface IdentityHandlerDeps {
  identities: IdentityChanges;
  adds: IdentityAdds;
  byCredentials: CredentialSignIn;
  forges: ReadonlyMap<string, Forge>;
  /** With a slash at its end. */
  publicUrl: string;
}

export const identityHandlers = (deps: IdentityHandlerDeps) => ({
  begin: forPeople.identities.begin.handler(({ context, input }) => {
    if (!deps.forges.get(input.forge)?.oauth) throw new Failure('not_found', 'No such way to sign in.');
    const base = new URL(deps.publicUrl).pathname;
    const query = new URLSearchParams({
      add: deps.adds.begin(context.caller.sessionHash, input.forge),
      return: `${base}account?added=${input.forge}`,
    });
    return { url: `${base}auth/forge/${input.forge}?${query}` };
  }),
  add: forPeople.identities.add.handler(async ({ context, input }) => {
    const { address, requestId } = context;
    const found = await deps.byCredentials.identify(input.forge, input.credentials, { address, requestId });
    await deps.identities.add(context.caller, found.forge, found.who, found.tokens, found.by);
    return { ok: true as const };
  }),
  remove: forPeople.identities.remove.handler(async ({ context, input }) => {
    const { signedOut } = await deps.identities.remove(context.caller, input.forge);
    if (signedOut) await context.endSession();
    return { signedOut };
  }),
});
