import { repoPathSchema } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../../../domain/failure.ts';
import type { ForgeClient, ForgeRepository } from '../../../ports/forge.ts';
import type { Upstream } from '../../upstream/http.ts';
import { listOf } from '../wire-parts.ts';
import { MAINTAINER } from './levels.ts';
import { plainRef } from './links.ts';
import { allPages } from './paging.ts';
import { roleIn, rolesByList } from './roles.ts';
import { branchWire, memberWire, namedRole, personWire, projectWire, toRepository } from './wire.ts';

/** Pages of members looked at: beyond this the answer would cost more than it tells. */
const MOST_MEMBER_PAGES = 10;

/** The forge as one token sees it. */
export function gitlabClient(
  upstream: Upstream,
  token: string,
  pageUrl: (path: string) => string,
): ForgeClient {
  return {
    me: async () => (await upstream.json(personWire, { route: 'GET /api/v4/user', token })).person,

    async repositories(signal) {
      const abort = signal ? { signal } : {};
      const { items } = await allPages(upstream, listOf(projectWire), {
        route: 'GET /api/v4/projects',
        // By id: a list that shifts while it is paged neither repeats nor skips.
        query: { membership: true, pagination: 'keyset', order_by: 'id', sort: 'asc' },
        token,
        ...abort,
      });
      const unclear = (wire: (typeof items)[number]) => {
        const named = namedRole(wire);
        return named === null || (named < MAINTAINER && wire.shared_with_groups);
      };
      const roles = items.some(unclear) ? await rolesByList(upstream, token, signal) : null;
      const all = items.map((wire) =>
        toRepository(wire, Math.max(namedRole(wire) ?? 0, roles?.get(wire.id) ?? 0), pageUrl),
      );
      return readable(all);
    },

    async repository(path) {
      if (!isPath(path)) return null;
      const wire = await orNull(
        upstream.json(projectWire, {
          route: 'GET /api/v4/projects/{project}',
          params: { project: path },
          token,
        }),
      );
      return wire && toRepository(wire, await roleIn(upstream, token, wire), pageUrl);
    },

    async search(words) {
      const found = await upstream.json(listOf(projectWire), {
        route: 'GET /api/v4/projects',
        query: { search: words, search_namespaces: true, order_by: 'last_activity_at', per_page: 50 },
        token,
      });
      return readable(found.map((wire) => toRepository(wire, namedRole(wire) ?? 0, pageUrl)));
    },

    branches: async (path) => {
      const { items } = await allPages(upstream, listOf(branchWire), {
        route: 'GET /api/v4/projects/{project}/repository/branches',
        params: { project: required(path) },
        token,
      });
      return items;
    },

    async file(path, ref, file) {
      if (!isFilePath(file)) return null;
      return orNull(
        upstream.text({
          route: 'GET /api/v4/projects/{project}/repository/files/{file}/raw',
          params: { project: required(path), file },
          query: { ref: plainRef(ref) },
          accept: '*/*',
          token,
        }),
      );
    },

    async admins(path) {
      try {
        const { items, whole } = await allPages(
          upstream,
          listOf(memberWire),
          {
            route: 'GET /api/v4/projects/{project}/members/all',
            params: { project: required(path) },
            token,
          },
          MOST_MEMBER_PAGES,
        );
        if (!whole) return null;
        return items
          .filter((one) => one.access_level >= MAINTAINER && one.state === 'active')
          .map((one) => ({ login: one.username, name: one.name || one.username, avatarUrl: one.avatar_url }))
          .sort((a, b) => a.login.localeCompare(b.login));
      } catch (error) {
        if (isFailure(error, 'not_found') || (isFailure(error) && error.facts.status === 403)) return null;
        throw error;
      }
    },
  };
}

/** Two segments or more: groups nest. */
const isPath = (path: string): boolean => repoPathSchema.safeParse(path).success;

/** It travels as one encoded segment, so what would climb out of it is refused here. */
const isFilePath = (file: string): boolean =>
  file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

function required(path: string): string {
  if (!isPath(path)) throw new Failure('not_found', 'No such repository on the forge.');
  return path;
}

const readable = (all: ForgeRepository[]): ForgeRepository[] => [
  ...new Map(all.filter((repo) => repo.level !== 'none').map((repo) => [repo.id, repo])).values(),
];

/** Absent, hidden, or moved (301 to the new place, which is not followed). */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (!isFailure(error)) throw error;
    const status = error.facts.status ?? 0;
    if (error.code === 'not_found' || (status >= 300 && status < 400)) return null;
    throw error;
  }
}
