import { describe, expect, it } from 'vitest';
import { dronePipelineReader } from '../adapters/ci/drone/pipeline-file.ts';
import { woodpeckerPipelineReader } from '../adapters/ci/woodpecker/pipeline-file.ts';
import { Failure } from '../domain/failure.ts';
import { headOf } from '../domain/merge-build.ts';
import type { ForgeClient, ForgeHook } from '../ports/forge.ts';
import { aBuild, gatedRepo } from '../testing/gated-repo.ts';
import { createUnbuilt, type UnbuiltInput } from './unbuilt.ts';

const commit = 'c0ffee0000000000000000000000000000000001';
const push = (trigger: string) => `kind: pipeline\nname: ci\n${trigger}steps: [{name: unit}]\n`;
const hook = (over: Partial<ForgeHook> = {}): ForgeHook => ({
  ...{ url: 'http://ci.test/hook?secret=made-up', active: true, push: true },
  ...over,
});

interface World {
  files?: Record<string, string>;
  hooks?: ForgeHook[] | null;
  built?: boolean;
  filling?: boolean;
  down?: boolean;
  inFolder?: boolean;
  withoutFolders?: boolean;
}

/** Files being read, and the most there were. */
const reading = { now: 0, most: 0 };

async function ask(world: World, { branch = 'main', event = 'push' }: Partial<UnbuiltInput> = {}) {
  const { files = {}, hooks = [hook()] } = world;
  const forgeClient: Partial<ForgeClient> = {
    branches: async () => [{ name: 'main', commit }],
    file: async (_, ref, file) => {
      reading.now += 1;
      reading.most = Math.max(reading.most, reading.now);
      await Promise.resolve();
      reading.now -= 1;
      return ref === commit ? (files[file] ?? null) : null;
    },
    folder: async (_, __, folder) =>
      Object.keys(files)
        .filter((name) => name.startsWith(folder))
        .map((name) => name.slice(folder.length)),
    hooks: async () => hooks,
  };
  if (world.withoutFolders) Object.assign(forgeClient, { folder: undefined });
  const pipelineReader = world.inFolder ? woodpeckerPipelineReader : dronePipelineReader;
  const repo = gatedRepo({ forgeClient, pipelineReader });
  if (world.inFolder && repo.onServer) {
    repo.onServer = { ...repo.onServer, pipelineFile: '.ci/' };
    Object.assign(repo.server.declaration, {
      defaultPipelineFile: '.ci/',
      furtherPipelineFiles: ['.ci.yml'],
    });
  }
  const find = createUnbuilt({
    index: {
      query: async () => (world.built ? [headOf(aBuild({ commit }))] : []),
      reach: async () => ({ oldest: 1, complete: true, filling: world.filling ?? false, asOf: 1 }),
    },
    reader: {
      newest: async () => {
        if (world.down) throw new Failure('ci_unreachable', 'down');
      },
    },
  });
  return (await find(repo, { branch, event })).reason;
}

const runs = { '.drone.yml': push('') };

describe('why the newest commit of a branch has no build', () => {
  it('has one, or may have: nothing is said', async () => {
    expect(await ask({ built: true })).toBeNull();
    expect(await ask({ filling: true })).toBeNull();
    expect(await ask({ down: true })).toBeNull();
    expect(await ask({}, { branch: 'gone' })).toBeNull();
  });

  it('there is no pipeline file', async () => expect(await ask({})).toBe('no-pipeline-file'));

  it('nothing in it is for a push to that branch', async () => {
    const other = { '.drone.yml': push('trigger: {branch: release}\n') };
    expect(await ask({ files: other })).toBe('nothing-runs');
    const tags = { '.drone.yml': push('trigger: {event: tag}\n') };
    expect(await ask({ files: tags })).toBe('nothing-runs');
    expect(await ask({ files: { '.drone.yml': 'kind: [' } })).toBeNull();
  });

  it('the webhook is gone, off, or silent about pushes', async () => {
    expect(await ask({ files: runs, hooks: [] })).toBe('hook-missing');
    expect(await ask({ files: runs, hooks: [hook({ active: false })] })).toBe('hook-disabled');
    expect(await ask({ files: runs, hooks: [hook({ push: false })] })).toBe('hook-event');
    expect(await ask({ files: runs, hooks: [hook({ active: false }), hook()] })).toBeNull();
  });

  it('and claims nothing of hooks it is not told of, or that may be the server’s by another address', async () => {
    expect(await ask({ files: runs, hooks: null })).toBeNull();
    expect(
      await ask({ files: runs, hooks: [hook({ url: 'http://inside:80/hook', active: false })] }),
    ).toBeNull();
    expect(
      await ask({ files: runs, hooks: [hook({ url: 'http://ci.test.evil/hook', active: false })] }),
    ).toBeNull();
  });

  it('looks into a folder, and after it where the server looks too', async () => {
    const inFolder = true;
    const when = (event: string) => `when: {event: ${event}}\nsteps: [{name: unit, image: a}]\n`;
    expect(await ask({ inFolder })).toBe('no-pipeline-file');
    expect(await ask({ inFolder, files: { '.ci/readme.md': 'x' } })).toBe('no-pipeline-file');
    expect(await ask({ inFolder, files: { '.ci/a.yaml': when('tag') } })).toBe('nothing-runs');
    expect(
      await ask({ inFolder, files: { '.ci/a.yml': when('tag'), '.ci/b.yml': when('push') } }),
    ).toBeNull();
    expect(await ask({ inFolder, files: { '.ci.yml': when('push') } })).toBeNull();
    // Not every forge is asked for folders.
    expect(await ask({ inFolder, withoutFolders: true })).toBeNull();
  });

  it('reads few files at a time, and does not judge a folder of very many', async () => {
    const tag = 'when: {event: tag}\nsteps: [{name: unit, image: a}]\n';
    const folder = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`.ci/${at}.yml`, tag]));
    reading.most = 0;
    expect(await ask({ inFolder: true, files: folder(50) })).toBe('nothing-runs');
    expect(reading.most).toBe(6);
    reading.most = 0;
    expect(await ask({ inFolder: true, files: folder(51) })).toBeNull();
    expect(reading.most).toBe(0);
  });

  it('before a start by hand: whether it would make a build, whatever was built before', async () => {
    const event = 'custom';
    expect(await ask({ built: true }, { event })).toBe('no-pipeline-file');
    const pushes = { '.drone.yml': push('trigger: {event: push}\n') };
    expect(await ask({ files: pushes, hooks: [] }, { event })).toBe('nothing-runs');
    expect(await ask({ files: runs, hooks: [] }, { event })).toBeNull();
  });
});
