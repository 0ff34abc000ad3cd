import { addUser, syncUser } from '../drone-0.8/repositories.ts';
import type { Drone08Instance } from '../servers/drone-0.8.ts';
import { serviceLogin } from '../servers/further.ts';

/** Accounts of people who signed in once, each with the forge token of that time, and the console's own without one. */
export function drone08Accounts({ id, server }: Drone08Instance, logins: readonly string[]): void {
  for (const login of logins) {
    const person = server.world.forge.user(login);
    if (!person) throw new Error(`the forge knows no ${login}`);
    const token = `made-up-forge-token-of-${id}-for-${login}`;
    person.accessTokens.push(token);
    person.tokenNames ??= new Map();
    if (!person.tokenNames.has('drone')) person.tokenNames.set('drone', token);
    syncUser(server, addUser(server, login, token));
  }
  const service = addUser(server, serviceLogin, '');
  service.synced = server.seconds();
}
