import type { Core } from '../core.ts';
import { enableRepository, syncRepositories } from '../faces/drone/sync.ts';
import { push } from '../world/git.ts';
import { addCiUser, addOrganisation, addPerson, addRepository } from '../world/people.ts';
import { serviceToken } from './seed.ts';

export function seedDemo(core: Core): void {
  const { world } = core;
  addPerson(world, { login: 'ada', password: 'ada-sandbox', fullName: 'Ada Lovelace' });
  addOrganisation(world, 'acme', 'Acme', ['ada']);
  const repo = addRepository(world, { owner: 'acme', name: 'checkout' });
  const ada = addCiUser(world, { login: 'ada', token: 'sandboxadatokenmadeup00000000001', admin: true });
  addCiUser(world, { login: 'flightdeck', token: serviceToken, admin: true, machine: true });
  syncRepositories(core, ada);
  const row = world.ci.repositoryBySlug('acme/checkout');
  if (row) enableRepository(core, row, ada);
  core.pool.add({ name: 'exec1', type: 'exec', os: 'linux', arch: 'amd64', capacity: 2 });
  push(world, {
    repo,
    branch: 'main',
    message: 'First',
    author: 'ada',
    files: {
      '.drone.yml':
        'kind: pipeline\ntype: exec\nname: build\nsteps:\n- name: compile\n  commands:\n  - echo compiling\n  - for i in 1 2 3 4 5 6; do echo "unit $i of 6"; sleep 1; done\n',
    },
  });
}
