import type { Level } from '@flightdeck/api-client/model';
import { z } from 'zod';
import type { ForgeBranch, ForgePerson, ForgeRepository } from '../../../ports/forge.ts';
import { flag, id, link, listOf, moment, text } from '../wire-parts.ts';

/**
 * Gogs' answers (recorded from 0.14.3). A person has neither `active` nor `is_admin`; a repository neither `archived`
 * nor `internal`; entries of a search have no `permissions`.
 */
export const personWire = z
  .object({ id, login: z.string().min(1), full_name: text, email: z.string().nullish(), avatar_url: link })
  .transform(
    (wire): ForgePerson => ({
      id: wire.id,
      login: wire.login,
      name: wire.full_name || wire.login,
      email: wire.email || null,
      avatarUrl: wire.avatar_url,
      // Somebody who is blocked gets 401 or 403 in place of an answer.
      active: true,
    }),
  );

const permissionsWire = z.object({ admin: flag, push: flag, pull: flag });

export const repositoryWire = z.object({
  id,
  full_name: z.string().min(3),
  private: z.boolean(),
  description: text,
  default_branch: text,
  created_at: moment,
  owner: personWire,
  permissions: permissionsWire.nullish(),
});
type RepositoryWire = z.output<typeof repositoryWire>;

/** `pull` is true for everybody on a public repository, guests too: it tells that one may read, not that one has a role. */
function levelOf(permissions: RepositoryWire['permissions']): Level {
  if (!permissions?.pull) return 'none';
  if (permissions.admin) return 'admin';
  return permissions.push ? 'write' : 'read';
}

export const toRepository = (
  wire: RepositoryWire,
  url: (path: string) => string,
  level = levelOf(wire.permissions),
): ForgeRepository => ({
  id: wire.id,
  path: wire.full_name,
  private: wire.private,
  internal: false,
  archived: false,
  defaultBranch: wire.default_branch,
  description: wire.description,
  createdAt: wire.created_at,
  url: url(wire.full_name),
  level,
});

/** The only list that is wrapped. */
export const searchWire = z.object({ data: listOf(repositoryWire) }).transform((wire) => wire.data);

export const branchWire = z
  .object({ name: z.string().min(1), commit: z.object({ id: z.string() }).nullish() })
  .transform((wire): ForgeBranch => ({ name: wire.name, commit: wire.commit?.id ?? '' }));

export const collaboratorWire = z
  .object({ permissions: permissionsWire })
  .and(personWire)
  .transform(({ permissions, ...person }) => ({ ...person, admin: permissions.admin }));

export const madeTokenWire = z.object({ sha1: z.string().min(1) });

export const organisationWire = z.object({ id });
