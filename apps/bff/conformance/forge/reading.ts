import { reaches } from '@flightdeck/api-client/model';
import { describe, expect, test } from 'vitest';
import type { ForgeHarness } from './harness.ts';

export function reading(get: () => ForgeHarness): void {
  const admin = () => get().forge.as(get().admin);

  describe('reachability and identity', () => {
    test('says its version, or that it does not tell', async () => {
      const { version } = await get().forge.probe();
      expect(version === null || version.length > 0).toBe(true);
    });

    test('names the owner of a token by a number that lasts, and refuses what is no token', async () => {
      const me = await admin().me();
      expect(me).toMatchObject({ id: expect.stringMatching(/^\d+$/), active: true });
      expect(me.login).not.toBe('');
      expect(me.name).not.toBe('');
      for (const token of ['made-up-token', '0000000000000000000000000000000000000000']) {
        await expect(get().forge.as(token).me()).rejects.toMatchObject({ code: 'forge_signed_out' });
        const asked = get().forge.as(token).repository(get().repository.path);
        await expect(asked).rejects.toMatchObject({ code: 'forge_signed_out' });
      }
    });
  });

  describe('permission', () => {
    test('of an administrator', async () => {
      const { path } = get().repository;
      expect(await admin().repository(path)).toMatchObject({
        path,
        private: true,
        archived: false,
        level: 'admin',
        id: expect.stringMatching(/^\d+$/),
        url: get().forge.links.repository(path),
      });
    });

    test('of everybody else; hidden and absent are the same nothing', async () => {
      const { path } = get().repository;
      const absent = `${path.split('/')[0]}/there-is-none-of-this-name`;
      for (const { token, level } of get().others) {
        const found = await get().forge.as(token).repository(path);
        if (level === 'none') expect(found).toBeNull();
        else expect(found).toMatchObject({ path, level });
        expect(await get().forge.as(token).repository(absent)).toBeNull();
      }
    });

    test('by a path in another case: the same repository, under its own name', async () => {
      const { path } = get().repository;
      expect((await admin().repository(path.toUpperCase()))?.path).toBe(path);
    });

    test('of a path that is none: nothing', async () => {
      for (const path of ['', 'acme', '../..', 'acme/..', 'acme/../../user', 'a/b?c', 'a/b/c/d', 'a b/c']) {
        expect(await admin().repository(path), path).toBeNull();
      }
    });
  });

  describe('lists', () => {
    test('what a person owns or was added to, each once, and nothing else', async () => {
      const { path } = get().repository;
      for (const { token, level } of [{ token: get().admin, level: 'admin' as const }, ...get().others]) {
        const all = await get().forge.as(token).repositories();
        expect(new Set(all.map((repo) => repo.id)).size).toBe(all.length);
        expect(all.every((repo) => repo.level !== 'none')).toBe(true);
        expect(all.find((repo) => repo.path === path)?.level).toBe(level === 'none' ? undefined : level);
      }
    });

    test('a search finds by name what one may read', async () => {
      const { path } = get().repository;
      const name = path.split('/').at(-1) ?? '';
      for (const { token, level } of [{ token: get().admin, level: 'admin' as const }, ...get().others]) {
        const found = await get().forge.as(token).search(name);
        expect(found.some((repo) => repo.path === path)).toBe(reaches(level, 'read'));
        expect(found.every((repo) => repo.level !== 'none')).toBe(true);
      }
    });
  });

  describe('content', () => {
    test('branches with their heads', async () => {
      const { path, branch } = get().repository;
      const found = (await admin().branches(path)).find((one) => one.name === branch);
      expect(found?.commit).toMatch(/^[0-9a-f]{40,64}$/);
      for (const { token, level } of get().others) {
        const asked = get().forge.as(token).branches(path);
        if (level === 'none') await expect(asked).rejects.toMatchObject({ code: 'not_found' });
        else expect((await asked).map((one) => one.name)).toContain(branch);
      }
    });

    test('a file at a branch and at a commit; null for what is none', async () => {
      const { path, branch, file } = get().repository;
      const text = await admin().file(path, branch, file);
      expect(text?.length).toBeGreaterThan(0);
      const head = (await admin().branches(path)).find((one) => one.name === branch)?.commit ?? '';
      expect(await admin().file(path, head, file)).toBe(text);
      expect(await admin().file(path, `refs/heads/${branch}`, file)).toBe(text);
      expect(await admin().file(path, branch, 'no/such/file')).toBeNull();
      expect(await admin().file(path, branch, '../../../user')).toBeNull();
      for (const { token, level } of get().others) {
        const seen = await get().forge.as(token).file(path, branch, file);
        expect(seen).toBe(level === 'none' ? null : text);
      }
    });

    test('a folder that is none is null, where the forge is asked for folders', async () => {
      const { path, branch, file } = get().repository;
      const client = admin();
      if (!client.folder) return;
      expect(await client.folder(path, branch, 'no/such/folder/')).toBeNull();
      expect(await client.folder(path, branch, file)).toBeNull();
      for (const { token, level } of get().others.filter((one) => one.level === 'none')) {
        expect(await get().forge.as(token).folder?.(path, branch, 'no/'), level).toBeNull();
      }
    });

    test('webhooks are told to administrators alone, where they are asked for', async () => {
      const { path } = get().repository;
      for (const hook of (await admin().hooks?.(path)) ?? []) expect(URL.canParse(hook.url)).toBe(true);
      for (const { token, level } of get().others.filter((one) => one.level !== 'admin')) {
        expect((await get().forge.as(token).hooks?.(path)) ?? null, level).toBeNull();
      }
    });

    test('who administers: people, or that it is not told; never to somebody who may not read', async () => {
      const { path } = get().repository;
      const told = await admin().admins(path);
      if (told) {
        const me = await admin().me();
        expect(told.map((one) => one.login)).toContain(me.login);
      }
      for (const { token, level } of get().others.filter((one) => one.level === 'none')) {
        expect(await get().forge.as(token).admins(path), level).toBeNull();
      }
    });
  });

  test('links lead to the public address', () => {
    const { forge, repository } = get();
    const { links } = forge;
    const sha = 'c0ffee0000000000000000000000000000000001';
    for (const link of [
      links.repository(repository.path),
      links.commit(repository.path, sha),
      links.branch(repository.path, 'feature/x y'),
      links.tag(repository.path, 'v1'),
      links.pullRequest(repository.path, 1),
      links.file(repository.path, sha, 'a/b c'),
    ]) {
      expect(link.startsWith(`${forge.publicUrl}/`)).toBe(true);
      expect(new URL(link).href).toBe(link);
    }
  });
}
