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

function add(world: World, request: RepositoryRequest, more: Partial<ForgeRepository> = {}): ForgeRepository {
  const repo = Object.assign(addRepository(world, request), more);
  repo.id += FIRST_REPOSITORY;
  const files = { 'README.md': `# ${request.name}\n`, '.woodpecker.yaml': pipeline };
  const branch = repo.defaultBranch;
  addCommit(world, { repo, branch, message: 'Initial commit', author: 'ada', files });
  addCommit(world, { repo, branch, message: 'Say what it is for', author: 'ada', files });
  return repo;
}

/** For the conformance suite: ada owns acme, grace writes the public checkout, linus reads the private infra. */
function seedSmall(world: World, vendor: ForgeVendor): void {
  addOrganisation(world, 'acme', 'Acme Corp', ['ada']);
  const nested = vendor === 'gitlab';
  if (nested) addOrganisation(world, 'acme/platform', 'Platform', []);
  const defaultBranch = vendor === 'gogs' ? 'master' : 'main';
  const owner = nested ? 'acme/platform' : 'acme';
  add(world, { owner, name: 'checkout', defaultBranch, collaborators: { grace: 'write' } });
  add(world, { owner, name: 'infra', private: true, defaultBranch, collaborators: { linus: 'read' } });
}

/** GitLab's: groups in groups, an internal project, an invited group, a guest. */
function seedNested(world: World): void {
  addOrganisation(world, 'atelier', 'Atelier', ['ada']);
  addOrganisation(world, 'atelier/web', 'Web', [], ['wei']);
  addOrganisation(world, 'atelier/web/shop', 'Shop', []);
  addOrganisation(world, 'printers', 'Printers', ['wei'], ['grace']);
  const shop = 'atelier/web/shop';
  add(world, { owner: 'atelier', name: 'handbook', description: 'How we work' });
  add(world, { owner: 'atelier/web', name: 'site', private: true }, { internal: true });
  add(
    world,
    { owner: shop, name: 'basket', private: true, collaborators: { grace: 'write', linus: 'read' } },
    { guests: ['mallory'] },
  );
  add(
    world,
    { owner: shop, name: 'labels', private: true },
    { invited: [{ group: 'printers', role: 'write' }] },
  );
}

function seedFlat(world: World, vendor: ForgeVendor): void {
  const defaultBranch = vendor === 'gogs' ? 'master' : 'main';
  addOrganisation(world, 'workshop', 'Workshop', ['ada']);
  add(world, { owner: 'workshop', name: 'lathe', defaultBranch, collaborators: { grace: 'write' } });
  add(world, {
    ...{ owner: 'workshop', name: 'keys', private: true, defaultBranch },
    collaborators: { linus: 'read' },
  });
}
