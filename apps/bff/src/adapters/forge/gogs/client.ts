import { isPathSegment } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../../../domain/failure.ts';
import type { ForgeClient, ForgeRepository } from '../../../ports/forge.ts';
import type { Upstream } from '../../upstream/http.ts';
import { listOf } from '../wire-parts.ts';
import { plainRef } from './links.ts';
import {
  branchWire,
  collaboratorWire,
  organisationWire,
  personWire,
  repositoryWire,
  searchWire,
  toRepository,
} from './wire.ts';

/** The forge as one token sees it. `Bearer` is not understood. */
export function gogsClient(
  upstream: Upstream,
  token: string,
  pageUrl: (path: string) => string,
): ForgeClient {
  const authorization = `token ${token}`;
  const readRepository = (at: Place) =>
    upstream.json(repositoryWire, {
      route: 'GET /api/v1/repos/{owner}/{name}',
      params: { ...at },
      authorization,
    });

  // One list whatever is asked: `page` and `limit` are ignored (recorded), a "next page" would be the same one.
  async function repositories(signal?: AbortSignal): Promise<ForgeRepository[]> {
    const all = await upstream.json(listOf(repositoryWire), {
      route: 'GET /api/v1/user/repos',
      authorization,
      ...(signal ? { signal } : {}),
    });
    return all.map((wire) => toRepository(wire, pageUrl)).filter((repo) => repo.level !== 'none');
  }

  const me = () => upstream.json(personWire, { route: 'GET /api/v1/user', authorization });

  async function refuseDeadToken(): Promise<void> {
    const error = await me().then(
      () => null,
      (reason: unknown) => reason,
    );
    if (isFailure(error, 'forge_signed_out')) throw error;
  }

  return {
    me,

    repositories,

    async repository(path) {
      const at = split(path);
      if (!at) return null;
      const wire = await orNull(readRepository(at));
      const repository = wire && toRepository(wire, pageUrl);
      // A token that is none counts as nobody's here (0.14.3; every other call says 401): what a guest would be told too
      // is believed only when the token is good.
      if (!repository || repository.level === 'none' || repository.level === 'read') await refuseDeadToken();
      return repository;
    },

    // A search names public repositories only, without permissions; one's own are searched in one's own list.
    async search(words) {
      const query = { q: words, limit: 50 };
      const [own, found] = await Promise.all([
        repositories(),
        upstream.json(searchWire, { route: 'GET /api/v1/repos/search', query, authorization }),
      ]);
      const fits = (repo: ForgeRepository) => repo.path.toLowerCase().includes(words.toLowerCase());
      const mine = new Map(own.map((repo) => [repo.id, repo]));
      const others = found
        .filter((wire) => !wire.private && !mine.has(wire.id))
        .map((wire) => toRepository(wire, pageUrl, 'read'));
      return [...own.filter(fits), ...others];
    },

    branches: async (path) =>
      upstream.json(listOf(branchWire), {
        route: 'GET /api/v1/repos/{owner}/{name}/branches',
        params: { ...required(path) },
        authorization,
      }),

    file: async (path, ref, file) =>
      orNull(
        upstream.text({
          route: 'GET /api/v1/repos/{owner}/{name}/raw/{ref...}/{file...}',
          params: { ...required(path), ref: plainRef(ref), file },
          accept: '*/*',
          authorization,
        }),
      ),

    async admins(path) {
      const at = required(path);
      try {
        const { owner } = await readRepository(at);
        const request = { route: 'GET /api/v1/orgs/{name}' as const, params: { name: owner.login } };
        const organisation = await orNull(upstream.json(organisationWire, { ...request, authorization }));
        // Who is in an organisation's teams is told to site administrators only (source): no half list.
        if (organisation) return null;
        const collaborators = await upstream.json(listOf(collaboratorWire), {
          route: 'GET /api/v1/repos/{owner}/{name}/collaborators',
          params: { ...at },
          authorization,
        });
        return [owner, ...collaborators.filter((one) => one.admin)]
          .map(({ login, name, avatarUrl }) => ({ login, name, avatarUrl }))
          .sort((a, b) => a.login.localeCompare(b.login));
      } catch (error) {
        if (isFailure(error, 'not_found') || (isFailure(error) && error.facts.status === 403)) return null;
        throw error;
      }
    },
  };
}

interface Place {
  owner: string;
  name: string;
}

/** No nested groups: anything but owner/name is nowhere. */
function split(path: string): Place | null {
  const [owner = '', name = '', ...more] = path.split('/');
  return more.length === 0 && isPathSegment(owner) && isPathSegment(name) ? { owner, name } : null;
}

function required(path: string): Place {
  const at = split(path);
  if (!at) throw new Failure('not_found', 'No such repository on the forge.');
  return at;
}

/** Absent and hidden are one and the same empty 404. */
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
