import type { Core } from '../core.ts';
import { syncRepositories } from '../faces/drone/sync.ts';
import { addCommit } from '../world/git.ts';
import { addCiUser, addOrganisation, addPerson, addRepository } from '../world/people.ts';
import type { World } from '../world/world.ts';

/** A moment of the recorded day that others are told from, ms since 1970: 2026-11-21 02:26:40 UTC. */
export const recordedEpoch = 1_795_228_000_000;

/** First value of the clock; seeding moves it on, to just before the first recorded exchange. */
export const recordedStart = recordedEpoch - 300_000;

/** Tokens of the recorded people on the CI server, made up. */
export const recordedTokens: Record<string, string> = {
  ada: 'madeupadamadeupadamadeupadamade0',
  grace: 'madeupgracemadeupgracemadeupgra0',
  linus: 'madeuplinusmadeuplinusmadeuplin0',
};

/**
 * A world like the recorded servers before the first exchange, with their ids, times and commits: ada owns the
 * organisation acme and is the CI server's administrator, grace writes acme/checkout, linus reads acme/infra. Nothing
 * is active yet. The clock must stand still.
 *
 * @param newcomer somebody who has not signed in to the CI server yet
 */
export function seedRecorded(core: Core, newcomer?: string): void {
  const { world } = core;
  core.pool.coalesce = false;
  seedForge(world);
  moment(world, -80);
  const ada = addCiUser(world, { login: 'ada', token: recordedTokens.ada ?? '', admin: true });
  moment(world, -45);
  ada.lastLogin = world.clock.seconds();
  syncRepositories(core, ada);
  for (const [index, login] of ['grace', 'linus'].entries()) {
    moment(world, -44 + index);
    if (login === newcomer) continue;
    syncRepositories(core, addCiUser(world, { login, token: recordedTokens[login] ?? '' }));
  }
  core.pool.add({ name: 'exec1', type: 'exec', os: 'linux', arch: 'amd64', capacity: 2 });
  moment(world, 26);
}

function seedForge(world: World): void {
  world.sshHost = 'ci@localhost';
  moment(world, -209);
  for (const [index, login] of ['ada', 'grace', 'linus'].entries()) {
    const user = addPerson(world, { login, password: `${login}-made-up` });
    // The first account of the recorded forge was its installer's.
    user.id = index + 2;
    user.accessTokens.push(`${login}-access-token`);
  }
  addOrganisation(world, 'acme', 'Acme Corp', ['ada']);
  const organisation = world.forge.organisation('acme');
  if (organisation) organisation.id = 5;
  const heads = {
    checkout: 'c70f1c81707cf36b8839e866f844edffc9e7849d',
    big: 'c1ebbba9b754adcd8f211f086083d6f482a1bb71',
    infra: 'faf500bad08456467229858f825de2627b8cfd7e',
  };
  const roles = { checkout: { grace: 'write' }, big: {}, infra: { linus: 'read' } } as const;
  for (const [index, name] of (['checkout', 'big', 'infra'] as const).entries()) {
    moment(world, -120 + index);
    const isPrivate = name === 'infra';
    const repo = addRepository(world, {
      owner: 'acme',
      name,
      private: isPrivate,
      collaborators: roles[name],
    });
    const files = isPrivate ? {} : { 'README.md': `# ${name}\n` };
    addCommit(world, {
      repo,
      branch: 'main',
      message: 'Initial commit',
      author: 'ada',
      files,
      sha: heads[name],
    });
  }
}

function moment(world: World, seconds: number): void {
  world.clock.advance(recordedEpoch + seconds * 1000 - world.clock.now());
}
