import type { Core } from '../core.ts';
import { syncRepositories } from '../faces/drone/sync.ts';
import { addCommit } from '../world/git.ts';
import { addCiUser, addOrganisation, addPerson, addRepository } from '../world/people.ts';

/** When the recorded servers were first asked, in ms since 1970. */
export const recordedStart = 1_795_228_026_000;

/** Tokens of the recorded people on the CI server, made up. */
export const recordedTokens: Record<string, string> = {
  ada: 'madeupadamadeupadamadeupadamade0',
  grace: 'madeupgracemadeupgracemadeupgra0',
  linus: 'madeuplinusmadeuplinusmadeuplin0',
};

/**
 * A world like the recorded servers before the first exchange: ada owns the organisation acme and is the CI server's
 * administrator, grace writes acme/checkout, linus reads acme/infra. Nothing is active yet.
 */
export function seedRecorded(core: Core): void {
  const { world } = core;
  core.pool.coalesce = false;
  world.sshHost = 'ci@localhost';
  // Number 1 on the recorded forge was its site administrator, who takes no part.
  addPerson(world, { login: 'forge-root', password: 'forge-root-made-up', isAdmin: true });
  for (const login of ['ada', 'grace', 'linus']) addPerson(world, { login, password: `${login}-made-up` });
  for (const user of world.forge.users) user.accessTokens.push(`${user.login}-access-token`);
  addOrganisation(world, 'acme', 'Acme Corp', ['ada']);
  addRepository(world, { owner: 'acme', name: 'checkout', collaborators: { grace: 'write' } });
  addRepository(world, { owner: 'acme', name: 'big' });
  addRepository(world, { owner: 'acme', name: 'infra', private: true, collaborators: { linus: 'read' } });
  for (const repo of world.forge.repositories) {
    addCommit(world, {
      repo,
      branch: 'main',
      message: 'Initial commit',
      author: 'ada',
      files: { 'README.md': `# ${repo.name}\n` },
    });
  }
  for (const [login, token] of Object.entries(recordedTokens)) {
    const user = addCiUser(world, { login, token, admin: login === 'ada' });
    syncRepositories(core, user);
  }
  core.pool.add({ name: 'exec1', type: 'exec', os: 'linux', arch: 'amd64', capacity: 2 });
}
