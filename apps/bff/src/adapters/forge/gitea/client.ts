import { isPathSegment } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../../../domain/failure.ts';
import type { ForgeClient, ForgeRepository } from '../../../ports/forge.ts';
import type { Upstream } from '../../upstream/http.ts';
import { listOf } from '../wire-parts.ts';
import { adminsOf } from './admins.ts';
import { allPages } from './paging.ts';
import {
  branchWire,
  contentsWire,
  folderWire,
  hookWire,
  personWire,
  repositoryWire,
  searchWire,
  toRepository,
} from './wire.ts';

/** The forge as one token sees it. */
export function giteaClient(
  upstream: Upstream,
  token: string,
  pageUrl: (path: string) => string,
): ForgeClient {
  const repositories = listOf(repositoryWire);
  const toModel = (wire: Parameters<typeof toRepository>[0]) => toRepository(wire, pageUrl);

  return {
    me: () => upstream.json(personWire, { route: 'GET /api/v1/user', token }),

    async repositories(signal) {
      const all = await allPages(upstream, repositories, {
        route: 'GET /api/v1/user/repos',
        token,
        ...(signal ? { signal } : {}),
      });
      return readable(all.map(toModel));
    },

    async repository(path) {
      const at = split(path);
      if (!at) return null;
      const wire = await orNull(
        upstream.json(repositoryWire, { route: 'GET /api/v1/repos/{owner}/{name}', params: at, token }),
      );
      return wire && toModel(wire);
    },

    async search(text) {
      const found = await upstream.json(searchWire, {
        route: 'GET /api/v1/repos/search',
        query: { q: text, limit: 50 },
        token,
      });
      return readable(found.map(toModel));
    },

    branches: async (path) =>
      allPages(upstream, listOf(branchWire), {
        route: 'GET /api/v1/repos/{owner}/{name}/branches',
        params: required(path),
        token,
      }),

    async file(path, ref, file) {
      const answer = await orNull(
        upstream.page(contentsWire, {
          route: 'GET /api/v1/repos/{owner}/{name}/contents/{file...}',
          params: { ...required(path), file },
          query: { ref: plainRef(ref) },
          token,
        }),
      );
      return answer?.value ?? null;
    },

    async folder(path, ref, folder) {
      return orNull(
        upstream.json(folderWire, {
          route: 'GET /api/v1/repos/{owner}/{name}/contents/{file...}',
          params: { ...required(path), file: folder.replace(/\/+$/, '') },
          query: { ref: plainRef(ref) },
          token,
        }),
      );
    },

    async hooks(path) {
      try {
        return await allPages(upstream, listOf(hookWire), {
          route: 'GET /api/v1/repos/{owner}/{name}/hooks',
          params: required(path),
          token,
        });
      } catch (error) {
        // For administrators of the repository alone: 403 to all others (1.25).
        if (isFailure(error, 'not_found') || (isFailure(error) && error.facts.status === 403)) return null;
        throw error;
      }
    },

    admins: async (path) => adminsOf(upstream, token, required(path)),
  };
}

/** Gitea looks for branches and tags by their plain names only: a full ref is 404 (seen on 1.25). */
const plainRef = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, '');

/** Gitea has no nested groups: anything but owner/name is nowhere. */
function split(path: string): { owner: string; name: string } | null {
  const [owner = '', name = '', ...more] = path.split('/');
  return more.length === 0 && isPathSegment(owner) && isPathSegment(name) ? { owner, name } : null;
}

function required(path: string): { owner: string; name: string } {
  const at = split(path);
  if (!at) throw new Failure('not_found', 'No such repository on the forge.');
  return at;
}

/** Lists shift while they are paged: one repository may come twice. */
function readable(all: ForgeRepository[]): ForgeRepository[] {
  const byId = new Map(all.filter((repo) => repo.level !== 'none').map((repo) => [repo.id, repo]));
  return [...byId.values()];
}

/**
 * Absent, hidden, or moved. A renamed repository or owner answers 307 with the new place, which may belong to
 * somebody else tomorrow: it is not followed.
 */
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
