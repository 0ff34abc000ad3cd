import { settingsSchema } from '@flightdeck/api-client/model';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { CiClient } from '../../src/ports/ci-server.ts';
import {
  type Abilities,
  clients,
  controlOf,
  expectFailure,
  type Get,
  hiddenOrForbidden,
  until,
} from './harness.ts';

export function repositories(abilities: Abilities, get: Get): void {
  const roles = test.skipIf(!abilities.roles);
  const control = test.skipIf(!abilities.control);

  describe('repositories', () => {
    test('mine are listed with the newest build of each', async () => {
      const { repo, forgeRepoId } = get();
      const { administrator } = clients(get());
      const list = await administrator.repositories();
      const mine = list.find((one) => one.path === repo);
      expect(mine).toMatchObject({ path: repo, forgeRepoId, active: true });
      expect(new Set(list.map((one) => one.path)).size).toBe(list.length);
      const [newest] = await administrator.builds(repo, 1, 1);
      expect(mine?.lastBuild?.number).toBe(newest?.number);
    });

    test('one by one they say the same, and an absent one is null', async () => {
      const { repo, forgeRepoId } = get();
      const { administrator } = clients(get());
      const one = await administrator.repository(repo);
      expect(one).toMatchObject({ path: repo, forgeRepoId, active: true });
      expect(one?.pipelineFile).not.toBe('');
      expect(settingsSchema.parse(one?.settings)).toEqual(one?.settings);
      await expect(administrator.repository(`${repo}-that-is-not-there`)).resolves.toBeNull();
    });

    test.each(['../..', 'a/..', 'a', 'a/b/c/../d', '', '/', 'a/b?c', 'a/%2e%2e'])(
      'a path %j is of no repository',
      async (path) => {
        const { administrator } = clients(get());
        await expect(administrator.repository(path)).resolves.toBeNull();
      },
    );

    test('an administrator sees all of them', async () => {
      const { administrator } = clients(get());
      // Where there is no such list nobody's token gives one.
      if (!get().server.declaration.capabilities.includes('whole-list')) {
        return expectFailure(administrator.allRepositories(), 'forbidden');
      }
      const all = await administrator.allRepositories();
      expect(all.map((one) => one.path)).toEqual(expect.arrayContaining([get().repo]));
      expect(new Set(all.map((one) => one.path)).size).toBe(all.length);
    });

    roles('each person has the own rights', async () => {
      const { writer, reader } = clients(get());
      const { repo } = get();
      // Some tell nobody's.
      expect(['write', null]).toContain((await writer.repository(repo))?.permission);
      // In a public one a reader may have no role that the server knows of: Gitea keeps none for who may only read.
      const read = await reader.repository(repo);
      if (read?.private) expect(read.permission).toBe('read');
      else expect(['read', 'none', null]).toContain(read?.permission);
      expect(read?.path).toBe(repo);
    });

    roles('who may approve is known, where the server tells', async () => {
      const { writer } = clients(get());
      const admins = await writer.admins(get().repo);
      if (admins) expect(admins).toContain(get().administrator.login);
      if (admins) expect(admins).not.toContain(get().writer?.login);
    });

    control('a repository is known before it is active, as declared', async () => {
      const { administrator } = clients(get());
      const { inactive } = controlOf(get());
      const found = await administrator.repository(inactive);
      if (get().server.declaration.capabilities.includes('late-activation')) {
        expect(found).toMatchObject({ path: inactive, active: false });
      } else expect(found?.active ?? false).toBe(false);
    });

    control('a hidden one looks absent', async () => {
      const { outsider, administrator } = clients(get());
      const { hidden } = controlOf(get());
      expect(await administrator.repository(hidden)).toMatchObject({ path: hidden });
      await expect(outsider.repository(hidden)).resolves.toBeNull();
      await expectFailure(outsider.builds(hidden, 1, 5), ...hiddenOrForbidden);
      expect((await outsider.repositories()).map((one) => one.path)).not.toContain(hidden);
    });

    control('a sync makes new ones known', async () => {
      const { administrator } = clients(get());
      const { unsynced } = controlOf(get());
      // Where only what was activated is listed, a sync reads rights anew; it has an end as well.
      if (unsynced === null) {
        if (get().server.declaration.capabilities.includes('sync')) await administrator.sync();
        return expect((await administrator.me()).syncing).toBe(false);
      }
      const known = async () => (await administrator.repositories()).find((one) => one.path === unsynced);
      expect(await known()).toBeUndefined();
      await administrator.sync();
      await until(get(), async () => !(await administrator.me()).syncing);
      expect(await known()).toMatchObject({ path: unsynced, active: false, lastBuild: null });
    });

    control('activation is for its administrators, and can be taken back', async () => {
      const { administrator, reader, writer } = clients(get());
      const { inactive, owned, forgeRepoId } = controlOf(get());
      const activate = (who: CiClient, path: string) => who.activate(path, forgeRepoId(path));
      const isActive = async () => (await administrator.repository(inactive))?.active ?? false;
      for (const person of [reader, writer]) {
        await expectFailure(activate(person, owned.path), ...hiddenOrForbidden);
        await expectFailure(activate(person, inactive), ...hiddenOrForbidden);
      }
      expect(await isActive()).toBe(false);
      await activate(administrator, inactive);
      expect(await isActive()).toBe(true);
      await activate(administrator, inactive);
      await administrator.repair(inactive);
      await administrator.takeOwnership(inactive);
      await administrator.deactivate(inactive);
      expect(await isActive()).toBe(false);
    });

    control('a change of settings changes what is named, and nothing else', async () => {
      const { administrator, writer } = clients(get());
      const { inactive, forgeRepoId } = controlOf(get());
      await administrator.activate(inactive, forgeRepoId(inactive));
      const before = (await administrator.repository(inactive))?.settings;
      const after = await administrator.changeSettings(inactive, { ignorePullRequests: true });
      expect(after).toEqual({ ...before, ignorePullRequests: true });
      expect((await administrator.repository(inactive))?.settings).toEqual(after);
      await expectFailure(writer.changeSettings(get().repo, { ignoreForks: true }), ...hiddenOrForbidden);
      await administrator.changeSettings(inactive, { ignorePullRequests: false });
      await administrator.deactivate(inactive);
    });

    control('what only a server administrator may change says afterwards that it did not', async () => {
      const { owned } = controlOf(get());
      const owner = get().server.as(owned.token);
      const before = (await owner.repository(owned.path))?.settings;
      const { administratorSettings } = get().server.declaration;
      const locked = administratorSettings.find((name) => typeof before?.[name] === 'boolean');
      if (!locked) return;
      const change = { [locked]: !before?.[locked], ignorePullRequests: true };
      // Dropped without a word, or refused as a whole: it never says that it was done.
      const after = await owner.changeSettings(owned.path, change).catch((error: unknown) => error);
      if (after instanceof Failure) expect(after.code).toBe('forbidden');
      else expect(after).toEqual({ ...before, ignorePullRequests: true });
      expect((await owner.repository(owned.path))?.settings[locked]).toBe(before?.[locked]);
      await owner.changeSettings(owned.path, { ignorePullRequests: before?.ignorePullRequests ?? false });
    });
  });
}
