import { createCore } from '../core.ts';
import { HttpServer } from '../http-server.ts';
import { recordedEpoch, recordedStart, seedRecorded } from '../seed/recorded.ts';
import { WoodpeckerInstance } from '../servers/woodpecker.ts';
import { syncUser } from '../woodpecker/perms.ts';
import { addUser } from '../woodpecker/repositories.ts';
import { World } from '../world/world.ts';
import type { RecordedWorld } from './recorded-world.ts';
import type { Stage } from './stage.ts';
import { playWoodpeckerRaces } from './woodpecker-races.ts';

/** The recorded forge with the recorded Woodpecker before its first request, as `startRecordedWorld` is for Drone. */
export async function startRecordedWoodpecker(): Promise<RecordedWorld> {
  const world = new World({ seed: 'recorded', start: recordedStart, paused: true });
  world.addresses = {
    gitea: 'http://127.0.0.1:3000',
    drone: 'http://127.0.0.1:8080',
    control: 'http://127.0.0.1:1',
    console: 'http://127.0.0.1:4000',
  };
  const core = createCore(world);
  const settings = { clientId: '', clientSecret: '', stateSecret: '', forgeUrl: () => '' };
  const woodpecker = new WoodpeckerInstance('woodpecker', '3.17', settings, () => 'http://127.0.0.1:8000');
  woodpecker.rebuild(world.beside('woodpecker'), () => false);
  seedRecorded(core);
  const { server, agents } = woodpecker;
  for (const login of ['ada', 'grace', 'linus']) syncUser(server, addUser(server, login, login === 'ada'));
  agents.add({ name: 'agent1', backend: 'local', platform: 'linux/amd64', capacity: 2, labels: {} });
  // It had been up for a while.
  for (const row of server.state.agents) row.since = row.created = recordedEpoch / 1000 - 78;
  playWoodpeckerRaces(woodpecker);
  const http = new HttpServer(woodpecker.listener, '127.0.0.1', 0);
  await http.listen();
  const stage: Stage = {
    world,
    core,
    woodpecker,
    ci: 'woodpecker',
    ports: { gitea: '', drone: '', 'drone-0.8': '', woodpecker: `http://127.0.0.1:${http.port}` },
    credentials(_server, person): Record<string, string> {
      if (person === 'anonymous') return {};
      const token = woodpecker.token(person);
      if (token === undefined) throw new Error(`${person} has no token`);
      return { authorization: `Bearer ${token}` };
    },
    streams: new Map(),
    stopCi() {
      http.stopListening();
      woodpecker.goDown();
    },
    breakCi() {
      http.breakConnections();
    },
    async startCi() {
      await http.listen();
      woodpecker.comeUp();
    },
  };
  return {
    stage,
    async stop() {
      for (const stream of stage.streams.values()) stream.close();
      world.clock.stop();
      await http.close();
    },
  };
}
