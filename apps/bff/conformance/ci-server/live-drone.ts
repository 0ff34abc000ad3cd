import { setTimeout as sleep } from 'node:timers/promises';
import { createDrone } from '../../src/adapters/ci/drone/adapter.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Abilities, CiServerHarness } from './harness.ts';

const setting = (name: string): string => process.env[`FLIGHTDECK_LIVE_DRONE_${name}`] ?? '';

/** A real server, when its address is in the environment (ci-server.suite.ts names the variables). */
export const liveDrone: { abilities: Abilities; make: () => Promise<CiServerHarness> } | null = setting('URL')
  ? {
      abilities: {
        roles: setting('WRITER_TOKEN') !== '' && setting('READER_TOKEN') !== '',
        writes: setting('WRITE') === '1',
        control: false,
      },
      make,
    }
  : null;

async function make(): Promise<CiServerHarness> {
  const server = createDrone({
    id: 'live',
    name: 'Live',
    publicUrl: setting('URL'),
    internalUrl: setting('URL'),
    forge: 'forge',
    oneClickLink: false,
    clock: systemClock,
  });
  const person = async (token: string) =>
    token ? { token, login: (await server.as(token).me()).login } : null;
  const administrator = await person(setting('TOKEN'));
  if (!administrator) throw new Error('FLIGHTDECK_LIVE_DRONE_TOKEN is missing');
  const repo = setting('REPO');
  const known = await server.as(administrator.token).repository(repo);
  if (!known) throw new Error(`FLIGHTDECK_LIVE_DRONE_REPO: the server knows no "${repo}"`);
  return {
    server,
    administrator,
    writer: await person(setting('WRITER_TOKEN')),
    reader: await person(setting('READER_TOKEN')),
    outsider: null,
    repo,
    forgeRepoId: known.forgeRepoId,
    environment: setting('ENVIRONMENT') || null,
    pause: (ms) => sleep(ms),
    during: (work) => work,
    control: null,
    stop: async () => {},
  };
}
