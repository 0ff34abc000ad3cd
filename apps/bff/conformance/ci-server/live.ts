import { setTimeout as sleep } from 'node:timers/promises';
import type { CiVendor } from '../../src/adapters/ci/catalog.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Abilities, CiServerHarness } from './harness.ts';

export interface Live {
  abilities: Abilities;
  make: () => Promise<CiServerHarness>;
}

/** A real server, when its address is in the environment (ci-server.suite.ts names the variables). */
export function live(vendor: 'DRONE' | 'DRONE_08' | 'WOODPECKER', create: CiVendor): Live | null {
  const setting: Setting = (name) => process.env[`FLIGHTDECK_LIVE_${vendor}_${name}`] ?? '';
  if (!setting('URL')) return null;
  return {
    abilities: {
      roles: setting('WRITER_TOKEN') !== '' && setting('READER_TOKEN') !== '',
      writes: setting('WRITE') === '1',
      control: false,
    },
    make: () => make(create, setting, `FLIGHTDECK_LIVE_${vendor}_`),
  };
}

type Setting = (name: string) => string;

async function make(create: CiVendor, setting: Setting, prefix: string): Promise<CiServerHarness> {
  const server = create({
    id: 'live',
    name: 'Live',
    publicUrl: setting('URL'),
    internalUrl: setting('URL'),
    forge: 'forge',
    oneClickLink: false,
    clock: systemClock,
  });
  await server.probe();
  const person = async (token: string) =>
    token ? { token, login: (await server.as(token).me()).login } : null;
  const administrator = await person(setting('TOKEN'));
  if (!administrator) throw new Error(`${prefix}TOKEN is missing`);
  const repo = setting('REPO');
  const known = await server.as(administrator.token).repository(repo);
  if (!known) throw new Error(`${prefix}REPO: the server knows no "${repo}"`);
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
