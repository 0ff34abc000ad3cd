import { isFailure } from '../../../domain/failure.ts';
import type { ForgePerson } from '../../../ports/forge.ts';
import type { Upstream } from '../../upstream/http.ts';
import { listOf } from '../wire-parts.ts';
import { allPages } from './paging.ts';
import type { routes } from './routes.ts';
import { permissionWire, personWire, repositoryOwnerWire, teamWire } from './wire.ts';

type Named = { login: string; name: string; avatarUrl: string | null };

/** Collaborators asked one by one: beyond this the answer would cost more than it tells. */
const MOST_COLLABORATORS = 30;

/**
 * People who administer the repository: the owner or the organisation's teams that do, and collaborators with admin.
 * null where the forge does not tell this person (it tells repository administrators).
 */
export async function adminsOf(
  upstream: Upstream,
  token: string,
  repo: { owner: string; name: string },
): Promise<Named[] | null> {
  const get = (route: (typeof routes)[number], params: Record<string, string | number>) => ({
    route,
    params,
    token,
  });
  try {
    const found = new Map<string, Named>();
    const add = (person: ForgePerson) => {
      found.set(person.login, { login: person.login, name: person.name, avatarUrl: person.avatarUrl });
    };

    const { owner } = await upstream.json(
      repositoryOwnerWire,
      get('GET /api/v1/repos/{owner}/{name}', { ...repo }),
    );
    const teams = await teamsOf();
    if (teams === null) add(owner);
    for (const team of teams ?? []) {
      if (team.permission !== 'owner' && team.permission !== 'admin') continue;
      const request = get('GET /api/v1/teams/{id}/members', { id: team.id });
      for (const member of await allPages(upstream, listOf(personWire), request)) add(member);
    }

    const collaborators = await allPages(
      upstream,
      listOf(personWire),
      get('GET /api/v1/repos/{owner}/{name}/collaborators', { ...repo }),
    );
    if (collaborators.length > MOST_COLLABORATORS) return null;
    for (const person of collaborators) {
      const { permission } = await upstream.json(
        permissionWire,
        get('GET /api/v1/repos/{owner}/{name}/collaborators/{login}/permission', {
          ...repo,
          login: person.login,
        }),
      );
      if (permission === 'admin' || permission === 'owner') add(person);
    }
    return [...found.values()].sort((a, b) => a.login.localeCompare(b.login));
  } catch (error) {
    if (isFailure(error, 'not_found') || (isFailure(error, 'forge_refused') && error.facts.status === 403)) {
      return null;
    }
    throw error;
  }

  /** null: the owner is a person (405 in 1.25 source). */
  async function teamsOf() {
    try {
      const request = get('GET /api/v1/repos/{owner}/{name}/teams', { ...repo });
      return await upstream.json(listOf(teamWire), request);
    } catch (error) {
      if (isFailure(error, 'forge_refused') && error.facts.status === 405) return null;
      throw error;
    }
  }
}
