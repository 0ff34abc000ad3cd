import { describe, expect, test } from 'vitest';
import type { ForgeHarness } from './harness.ts';

/** What needs a forge that may be changed. Each test leaves more behind than it found. */
export function changes(get: () => ForgeHarness): void {
  describe('a forge that changes', () => {
    test('a public repository is readable to a stranger, who has no role in it', async ({ skip }) => {
      const { control, forge, admin } = get();
      if (!control) return skip('no control');
      const { path, stranger } = control.publicRepository;
      const theirs = forge.as(stranger);
      expect(await theirs.repository(path)).toMatchObject({ private: false, level: 'read' });
      expect((await theirs.repositories()).map((repo) => repo.path)).not.toContain(path);
      expect((await theirs.search(path.split('/').at(-1) ?? '')).map((repo) => repo.path)).toContain(path);
      expect((await forge.as(admin).repositories()).map((repo) => repo.path)).toContain(path);
    });

    test('an access token that has ended is refused, the refresh token makes a new one', async ({ skip }) => {
      const { control, forge, pair } = get();
      if (!control || !pair) return skip('no control');
      const first = await pair();
      control.endAccessTokens();
      await expect(forge.as(first.accessToken).me()).rejects.toMatchObject({ code: 'forge_signed_out' });
      const second = await forge.refresh(first);
      expect((await forge.as(second.accessToken).me()).active).toBe(true);
    });

    test('where reuse is forbidden, a used refresh token is final', async ({ skip }) => {
      const { control, forge, pair } = get();
      if (!control || !pair) return skip('no control');
      control.forbidReuse();
      const first = await pair();
      const second = await forge.refresh(first);
      await expect(forge.refresh(first)).rejects.toMatchObject({ code: 'forge_signed_out' });
      expect((await forge.refresh(second)).refreshToken).not.toBe(second.refreshToken);
    });

    test('many repositories are read to the last page', async ({ skip }) => {
      const { control, forge, admin } = get();
      if (!control) return skip('no control');
      const before = await forge.as(admin).repositories();
      control.addRepositories(120);
      const after = await forge.as(admin).repositories();
      expect(after).toHaveLength(before.length + 120);
      expect(new Set(after.map((repo) => repo.id)).size).toBe(after.length);
    });

    test('a renamed repository is found by its new name only, with the same number', async ({ skip }) => {
      const { control, forge, admin, repository } = get();
      if (!control) return skip('no control');
      const before = await forge.as(admin).repository(repository.path);
      const renamed = `${repository.path}-renamed`;
      control.renameRepository(repository.path, renamed);
      expect(await forge.as(admin).repository(repository.path)).toBeNull();
      expect(await forge.as(admin).repository(renamed)).toMatchObject({ id: before?.id, path: renamed });
      control.renameRepository(renamed, repository.path);
    });
  });
}
