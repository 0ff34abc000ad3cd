import type { ForgeVendor } from '../forges/options.ts';
import { people } from '../people.ts';
import { addCommit } from '../world/git.ts';
import type { ForgeRepository } from '../world/model.ts';
import { addOrganisation, addPerson, addRepository, type RepositoryRequest } from '../world/people.ts';
import type { World } from '../world/world.ts';
import { oauthClient } from './credentials.ts';
import type { SeedName } from './seed.ts';

/** Ids of a second forge's people and repositories begin elsewhere: numbers alone must never be taken for identity. */
const FIRST_PERSON = 40;
const FIRST_REPOSITORY = 700;

/** People like on the first forge, with the same logins and passwords, and repositories of this forge's own. */
export function seedForge(world: World, id: string, vendor: ForgeVendor, seed: SeedName): void {
  for (const [index, person] of people(seed).entries()) {
    const user = addPerson(world, { login: person.login, password: person.password, fullName: person.name });
    user.id = FIRST_PERSON + index;
    user.accessTokens.push(`${user.login}-access-token`);
  }
  if (seed === 'recorded') seedSmall(world, vendor);
  else if (vendor === 'gitlab') seedNested(world);
  else seedFlat(world, vendor);
  const { console: site } = world.addresses;
  world.forge.applications.push({
    id: 1,
    name: 'Flightdeck',
    ...oauthClient,
    redirectUris: [`${site}/auth/forge/${id}/callback`],
    confidential: true,
    owner: 'ada',
    createdAt: world.clock.now(),
  });
}

const pipeline = 'steps:\n  - name: build\n    image: alpine\n    commands: [make]\n';

/** A repository of a second forge, with two commits. */
export function addSeeded(
  world: World,
  request: RepositoryRequest,
  { files, ...more }: Partial<ForgeRepository> & { files?: Record<string, string> } = {},
): ForgeRepository {
  const repo = Object.assign(addRepository(world, request), more);
  repo.id += FIRST_REPOSITORY;
  const content = { 'README.md': `# ${request.name}\n`, ...(files ?? { '.woodpecker.yaml': pipeline }) };
  const branch = repo.defaultBranch;
  addCommit(world, { repo, branch, message: 'Initial commit', author: 'ada', files: content });
  addCommit(world, { repo, branch, message: 'Say what it is for', author: 'ada', files: content });
  return repo;
}

/** For the conformance suite: ada owns acme, grace writes the public checkout, linus reads the private infra. */
function seedSmall(world: World, vendor: ForgeVendor): void {
  addOrganisation(world, 'acme', 'Acme Corp', ['ada']);
  const nested = vendor === 'gitlab';
  if (nested) addOrganisation(world, 'acme/platform', 'Platform', []);
  const defaultBranch = vendor === 'gogs' ? 'master' : 'main';
  const owner = nested ? 'acme/platform' : 'acme';
  addSeeded(world, { owner, name: 'checkout', defaultBranch, collaborators: { grace: 'write' } });
  addSeeded(world, { owner, name: 'infra', private: true, defaultBranch, collaborators: { linus: 'read' } });
}

/** GitLab's: groups in groups, an internal project, an invited group, a guest. */
function seedNested(world: World): void {
  addOrganisation(world, 'atelier', 'Atelier', ['ada']);
  addOrganisation(world, 'atelier/web', 'Web', [], ['wei']);
  addOrganisation(world, 'atelier/web/shop', 'Shop', []);
  addOrganisation(world, 'printers', 'Printers', ['wei'], ['grace']);
  const shop = 'atelier/web/shop';
  addSeeded(world, { owner: 'atelier', name: 'handbook', description: 'How we work' });
  addSeeded(world, { owner: 'atelier/web', name: 'site', private: true }, { internal: true });
  addSeeded(
    world,
    { owner: shop, name: 'basket', private: true, collaborators: { grace: 'write', linus: 'read' } },
    { guests: ['mallory'] },
  );
  addSeeded(
    world,
    { owner: shop, name: 'labels', private: true },
    { invited: [{ group: 'printers', role: 'write' }] },
  );
}

function seedFlat(world: World, vendor: ForgeVendor): void {
  const defaultBranch = vendor === 'gogs' ? 'master' : 'main';
  addOrganisation(world, 'workshop', 'Workshop', ['ada']);
  addSeeded(world, { owner: 'workshop', name: 'lathe', defaultBranch, collaborators: { grace: 'write' } });
  addSeeded(world, {
    ...{ owner: 'workshop', name: 'keys', private: true, defaultBranch },
    collaborators: { linus: 'read' },
  });
}
