import { createCore } from '../core.ts';
import { addUser } from '../drone-0.8/repositories.ts';
import { createGogsFace } from '../faces/gogs/face.ts';
import { HttpServer } from '../http-server.ts';
import { recordedEpoch } from '../seed/recorded.ts';
import { Drone08Instance } from '../servers/drone-0.8.ts';
import { addCommit } from '../world/git.ts';
import { addOrganisation, addPerson, addRepository } from '../world/people.ts';
import { World } from '../world/world.ts';
import type { RecordedWorld } from './recorded-world.ts';
import type { Stage } from './stage.ts';

/** When the three people had last been synced, in seconds after the epoch. */
const synced = 3_101;

/** Head of acme/checkout before the recorded push. */
const before = '22b076cb6cb21821dc6d0e1ba624194b05a2b185';

/** The recorded Gogs with the recorded Drone 0.8 before its first request, without an agent. */
export async function startRecordedDrone08(): Promise<RecordedWorld> {
  const world = new World({ seed: 'recorded', start: recordedEpoch + synced * 1000, paused: true });
  world.addresses = { ...world.addresses, gitea: 'http://127.0.0.1:3100' };
  const core = createCore(world);
  // The first account of the recorded forge was its installer's.
  for (const login of ['installer', 'ada', 'grace', 'linus'])
    addPerson(world, { login, password: `${login}-made-up` }).accessTokens.push(`${login}-access-token`);
  addOrganisation(world, 'acme', 'Acme Corp', ['ada']);
  const repository = { owner: 'acme', defaultBranch: 'master' };
  const checkout = addRepository(world, {
    ...{ ...repository, name: 'checkout', collaborators: { grace: 'write' } },
  });
  addRepository(world, { ...repository, name: 'infra', private: true, collaborators: { linus: 'read' } });
  addCommit(world, {
    ...{ repo: checkout, branch: 'master', message: 'Initial commit', author: 'ada', sha: before },
  });
  const gogs = new HttpServer(createGogsFace({ world }), '127.0.0.1', 0);
  await gogs.listen();
  const forgeUrl = (): string => `http://127.0.0.1:${gogs.port}`;
  const old = new Drone08Instance('old', { forgeUrl }, () => 'http://127.0.0.1:8000', ['ada']);
  old.rebuild(world, () => false);
  for (const login of ['ada', 'grace', 'linus'])
    addUser(old.server, login, `${login}-access-token`).synced = world.clock.seconds();
  const http = new HttpServer(old.listener, '127.0.0.1', 0);
  await http.listen();
  const stage: Stage = {
    ...{ world, core, ci: 'drone-0.8' },
    ports: { gitea: forgeUrl(), drone: '', 'drone-0.8': `http://127.0.0.1:${http.port}`, woodpecker: '' },
    credentials(_server, person): Record<string, string> {
      if (person === 'anonymous') return {};
      const token = old.token(person);
      if (token === undefined) throw new Error(`${person} has no token`);
      return { authorization: `Bearer ${token}` };
    },
    streams: new Map(),
    stopCi: () => old.goDown(),
    breakCi: () => http.breakConnections(),
    startCi: async () => old.comeUp(),
  };
  return {
    stage,
    async stop() {
      for (const stream of stage.streams.values()) stream.close();
      world.clock.stop();
      await Promise.all([gogs.close(), http.close()]);
    },
  };
}
