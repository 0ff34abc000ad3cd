import { addCommit } from '../world/git.ts';
import type { ForgeRepository } from '../world/model.ts';
import { addOrganisation, addPerson, addRepository } from '../world/people.ts';
import type { World } from '../world/world.ts';
import { EPOCH } from './stage.ts';

/** The forge as it was before the first recorded request: three people, one organisation, a commit in each repository. */
export function seedRecordedForge(world: World): void {
  const moment = (seconds: number) => world.clock.advance(EPOCH + seconds * 1000 - world.clock.now());
  moment(-209);
  for (const [index, login] of ['ada', 'grace', 'linus'].entries()) {
    const user = addPerson(world, { login, password: `${login}-made-up-password` });
    // The first account of the recorded server was its installer's.
    user.id = index + 2;
    user.accessTokens.push(`${login}-made-up-access-token`);
  }
  addOrganisation(world, 'acme', 'Acme Corp', ['ada']);
  const organisation = world.forge.organisation('acme');
  if (organisation) organisation.id = 5;
  world.sshHost = 'ci@localhost';
  const heads = {
    checkout: 'c70f1c81707cf36b8839e866f844edffc9e7849d',
    big: 'c1ebbba9b754adcd8f211f086083d6f482a1bb71',
    infra: 'faf500bad08456467229858f825de2627b8cfd7e',
  };
  const roles = { checkout: { grace: 'write' }, big: {}, infra: { linus: 'read' } } as const;
  for (const [index, name] of (['checkout', 'big', 'infra'] as const).entries()) {
    moment(-120 + index);
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

export function repositoryOf(world: World, name: string): ForgeRepository {
  const repo = world.forge.repository('acme', name);
  if (!repo) throw new Error(`there is no acme/${name}`);
  return repo;
}
