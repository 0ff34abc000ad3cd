import type { Level } from '@flightdeck/api-client/model';
import { z } from 'zod';
import type { ForgeBranch, ForgeHook, ForgePerson, ForgeRepository } from '../../../ports/forge.ts';
import { flag, id, link, listOf, moment, text } from '../wire-parts.ts';

/**
 * Gitea's answers, read permissively: unknown keys are dropped, what is only shown may be missing, but what access
 * depends on (ids, permissions) must be there. Recorded from 1.25.4.
 */
export const personWire = z
  .object({
    id,
    login: z.string().min(1),
    full_name: text,
    email: z.string().nullish(),
    avatar_url: link,
    // Missing in answers about other people; about oneself both are there.
    active: z.boolean().nullish(),
    prohibit_login: flag,
  })
  .transform(
    (wire): ForgePerson => ({
      id: wire.id,
      login: wire.login,
      name: wire.full_name || wire.login,
      email: wire.email || null,
      avatarUrl: wire.avatar_url,
      active: wire.active !== false && !wire.prohibit_login,
    }),
  );

const permissionsWire = z.object({ admin: flag, push: flag, pull: flag });

export const repositoryWire = z.object({
  id,
  full_name: z.string().min(3),
  private: z.boolean(),
  /** Belongs to an organisation that only people with an account see. */
  internal: flag,
  archived: flag,
  default_branch: text,
  created_at: moment,
  description: text,
  permissions: permissionsWire.nullish(),
});

/**
 * 200 alone grants nothing: a team with only the issues unit gets the repository with `pull: false`, and an answer
 * without `permissions` says nothing. Public repositories have `pull: true` for everybody.
 */
export function levelOf(permissions: z.output<typeof permissionsWire> | null | undefined): Level {
  if (!permissions?.pull) return 'none';
  if (permissions.admin) return 'admin';
  return permissions.push ? 'write' : 'read';
}

/** An organisation too is a person-shaped owner; `active` is false in it and means nothing. */
export const repositoryOwnerWire = z.object({ owner: personWire });

export const toRepository = (
  wire: z.output<typeof repositoryWire>,
  url: (path: string) => string,
): ForgeRepository => ({
  id: wire.id,
  path: wire.full_name,
  private: wire.private || wire.internal,
  internal: wire.internal && !wire.private,
  archived: wire.archived,
  defaultBranch: wire.default_branch,
  description: wire.description,
  createdAt: wire.created_at,
  url: url(wire.full_name),
  level: levelOf(wire.permissions),
});

export const branchWire = z
  .object({ name: z.string().min(1), commit: z.object({ id: z.string() }).nullish() })
  .transform((wire): ForgeBranch => ({ name: wire.name, commit: wire.commit?.id ?? '' }));

const fileWire = z.object({
  type: z.literal('file'),
  encoding: z.literal('base64'),
  content: z.string(),
});

/** Text of a file; null for what is none: a folder is an array, a link or submodule has no content. */
export const contentsWire = z.unknown().transform((value): string | null => {
  const wire = fileWire.safeParse(value);
  return wire.success ? Buffer.from(wire.data.content, 'base64').toString('utf8') : null;
});

const entryWire = z.object({ name: z.string(), type: z.string() });

/** Names of the files in a folder; null for what is none: a file is an object. */
export const folderWire = z.unknown().transform((value): string[] | null => {
  const wire = z.array(entryWire).safeParse(value);
  return wire.success ? wire.data.filter(({ type }) => type === 'file').map(({ name }) => name) : null;
});

export const hookWire = z
  .object({
    active: z.boolean(),
    events: listOf(z.string()),
    config: z.object({ url: z.string().default('') }).prefault({}),
  })
  .transform(
    ({ active, events, config }): ForgeHook => ({ url: config.url, active, push: events.includes('push') }),
  );

export const versionWire = z.object({ version: z.string() });

export const permissionWire = z.object({ permission: z.string() });
export const teamWire = z.object({ id: z.number().int().positive(), permission: text });

/** The only list that is wrapped. */
export const searchWire = z.object({ data: listOf(repositoryWire) }).transform((wire) => wire.data);
