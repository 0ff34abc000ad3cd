import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuildsWorld, buildsWorld, eventually } from './builds-world.ts';

const path = 'acme/checkout';
let world: BuildsWorld;
beforeAll(async () => {
  world = await buildsWorld();
}, 60_000);
afterAll(() => world.stop());

const reason = async (login: string, branch: string) => {
  const repo = await world.open(login, path);
  await world.side.builds.list(repo, { limit: 5 });
  return eventually(async () => {
    const { filling } = await world.side.index.reach('drone', repo.forgeRepoId);
    expect(filling).toBe(false);
    return (await world.side.builds.unbuilt(repo, { branch, event: 'push' })).reason;
  });
};
const push = (branch: string, files: Record<string, string | null>) =>
  world.sandbox.control.push({ repo: path, branch, author: 'grace', message: 'Try', files });
const file = '.drone.yml';
const pipeline = (trigger: string) =>
  `kind: pipeline\ntype: exec\nname: ci\n${trigger}clone: {disable: true}\nsteps: [{name: unit, commands: [echo 1]}]\n`;

it('a push that the server made nothing of is explained by what the forge says', async () => {
  expect(push('bare', { [file]: null }).build).toBeNull();
  expect(await reason('grace', 'bare')).toBe('no-pipeline-file');
  expect(push('tags-only', { [file]: pipeline('trigger: {event: tag}\n') }).build).toBeNull();
  expect(await reason('grace', 'tags-only')).toBe('nothing-runs');
  expect(push('good', { [file]: pipeline('') }).build).not.toBeNull();
  expect(await reason('grace', 'good')).toBeNull();
});

it('folders are read by the names of their files', async () => {
  push('folder', { '.ci/a.yml': 'a', '.ci/deep/b.yml': 'b' });
  const { forgeClient } = await world.open('grace', path);
  expect(await forgeClient.folder?.(path, 'folder', '.ci/')).toEqual(['a.yml']);
  expect(await forgeClient.folder?.(path, 'folder', '.none/')).toBeNull();
});

it('to an administrator of the repository also by its webhook', async () => {
  const hooks = world.sandbox.world.forge.repository('acme', 'checkout')?.hooks ?? [];
  expect(hooks.length).toBeGreaterThan(0);
  for (const hook of hooks) hook.active = false;
  // The sandbox's forge delivers whatever its hooks say: the server is made deaf another way.
  const onServer = world.sandbox.world.ci.repositories.find(({ slug }) => slug === path);
  if (!onServer) return expect.fail('the CI server has no such repository');
  onServer.active = false;
  expect(push('off', { [file]: pipeline('') }).build).toBeNull();
  onServer.active = true;
  expect(await reason('ada', 'off')).toBe('hook-disabled');
  hooks.splice(0);
  expect(await reason('ada', 'off')).toBe('hook-missing');
  expect(await reason('linus', 'off')).toBeNull();
});
