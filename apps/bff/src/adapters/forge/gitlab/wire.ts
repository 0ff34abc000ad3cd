import { z } from 'zod';
import type { ForgeBranch, ForgePerson, ForgeRepository } from '../../../ports/forge.ts';
import { flag, id, link, moment, text } from '../wire-parts.ts';
import { levelOf } from './levels.ts';

/** `is_admin` is told to administrators about themselves only. */
export const personWire = z
  .object({
    id,
    username: z.string().min(1),
    name: text,
    email: z.string().nullish(),
    avatar_url: link,
    state: text,
    is_admin: flag,
  })
  .transform((wire) => ({
    person: {
      id: wire.id,
      login: wire.username,
      name: wire.name || wire.username,
      email: wire.email || null,
      avatarUrl: wire.avatar_url,
      active: wire.state === 'active',
    } satisfies ForgePerson,
    administrator: wire.is_admin,
  }));

const accessWire = z
  .object({ access_level: z.number().int().nonnegative() })
  .nullish()
  .transform((wire) => wire?.access_level ?? null);

/**
 * `permissions` names the project's own role and its group's; both are null when the role comes through an invited
 * group, and for administrators. Absent where the answer is a short one (`simple=true`, guests).
 */
export const projectWire = z.object({
  id,
  path_with_namespace: z.string().min(3),
  visibility: text,
  archived: flag,
  // null in an empty repository, and for whoever may not read the code.
  default_branch: text,
  description: text,
  created_at: moment,
  repository_access_level: text,
  shared_with_groups: z
    .array(z.unknown())
    .nullish()
    .transform((groups) => (groups ?? []).length > 0),
  permissions: z.object({ project_access: accessWire, group_access: accessWire }).nullish(),
});
export type ProjectWire = z.output<typeof projectWire>;

/** The greater of both roles that the answer itself names; null when it names none. */
export function namedRole({ permissions }: ProjectWire): number | null {
  const named = [permissions?.project_access, permissions?.group_access].filter(
    (role) => role !== null && role !== undefined,
  );
  return named.length === 0 ? null : Math.max(...named);
}

export function toRepository(
  wire: ProjectWire,
  role: number,
  url: (path: string) => string,
): ForgeRepository {
  const { visibility } = wire;
  return {
    id: wire.id,
    path: wire.path_with_namespace,
    private: visibility !== 'public',
    internal: visibility === 'internal',
    archived: wire.archived,
    defaultBranch: wire.default_branch,
    description: wire.description,
    createdAt: wire.created_at,
    url: url(wire.path_with_namespace),
    level: levelOf({ visibility, repository: wire.repository_access_level, role }),
  };
}

/** An entry of a list that is asked for its ids alone. */
export const idWire = z.object({ id }).transform((wire) => wire.id);

export const memberWire = z.object({
  username: z.string().min(1),
  name: text,
  avatar_url: link,
  state: text,
  access_level: z.number().int().nonnegative(),
});

export const branchWire = z
  .object({ name: z.string().min(1), commit: z.object({ id: z.string() }).nullish() })
  .transform((wire): ForgeBranch => ({ name: wire.name, commit: wire.commit?.id ?? '' }));

export const versionWire = z.object({ version: text });
