import { createCore } from '../../sandbox/src/core.ts';
import { createDroneFace } from '../../sandbox/src/faces/drone/face.ts';
import { syncRepositories } from '../../sandbox/src/faces/drone/sync.ts';
import { HttpServer } from '../../sandbox/src/http-server.ts';
import { ciOauthClient } from '../../sandbox/src/seed/credentials.ts';
import { addCiUser } from '../../sandbox/src/world/people.ts';
import type { World } from '../../sandbox/src/world/world.ts';

export const secondServiceToken = 'secondservicetokenmadeup00000001';

/** A Drone on another forge's world, whose administrator has synced her repositories and activated all of them. */
export async function startSecondDrone(
  world: World,
): Promise<{ url: string; tokenOf(login: string): string; stop(): Promise<void> }> {
  const core = createCore(world);
  const server = new HttpServer(
    createDroneFace({
      core,
      settings: {
        ...ciOauthClient,
        redirectUrl: undefined,
        cookieSecret: 'made-up-cookie-secret',
        forgeUrl: () => world.addresses.gitea,
      },
      streams: new Set(),
    }),
    '127.0.0.1',
    0,
  );
  await server.listen();
  const tokenOf = (login: string) => `${login}secondtokenmadeup`.padEnd(32, '0');
  addCiUser(world, { login: 'service', token: secondServiceToken, admin: true, machine: true });
  const ada = addCiUser(world, { login: 'ada', token: tokenOf('ada'), admin: true });
  syncRepositories(core, ada);
  for (const repo of world.ci.repositories) Object.assign(repo, { active: true, userId: ada.id });
  return { url: `http://127.0.0.1:${server.port}`, tokenOf, stop: () => server.close() };
}
