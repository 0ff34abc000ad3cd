import type { AccountsService } from '../../services/accounts.ts';
import { forPeople } from '../orpc.ts';

const ok = { ok: true as const };

export const accountsHandlers = ({ accounts }: { accounts: AccountsService }) => ({
  list: forPeople.accounts.list.handler(({ context }) => accounts.list(context.caller)),
  link: forPeople.accounts.link.handler(({ context, input }) =>
    accounts.link(context.caller, input.server, input.token),
  ),
  unlink: forPeople.accounts.unlink.handler(async ({ context, input }) => {
    await accounts.unlink(context.caller, input.server);
    return ok;
  }),
  dismiss: forPeople.accounts.dismiss.handler(async ({ context, input }) => {
    await accounts.dismiss(context.caller, input.server);
    return ok;
  }),
  sync: forPeople.accounts.sync.handler(({ context, input }) => accounts.sync(context.caller, input.server)),
  syncState: forPeople.accounts.syncState.handler(({ context, input }) =>
    accounts.syncState(context.caller, input.server),
  ),
});
