import { isFailure } from '../../../domain/failure.ts';
import type { Upstream } from '../../upstream/http.ts';
import { listOf } from '../wire-parts.ts';
import { MAINTAINER } from './levels.ts';
import { allPages } from './paging.ts';
import { idWire, memberWire, namedRole, type ProjectWire, personWire } from './wire.ts';

/**
 * The asker's role in one project. What the project's answer names counts, unless it names none, or groups are invited
 * to it and it names less than a maintainer: then the list of all members is asked, which knows invited groups too.
 */
export async function roleIn(upstream: Upstream, token: string, project: ProjectWire): Promise<number> {
  const named = namedRole(project);
  if (named !== null && (named >= MAINTAINER || !project.shared_with_groups)) return named;
  const { person, administrator } = await upstream.json(personWire, { route: 'GET /api/v4/user', token });
  // Site administrators may do everything and need be members of nothing.
  if (administrator) return 50;
  try {
    const member = await upstream.json(memberWire, {
      route: 'GET /api/v4/projects/{project}/members/all/{user}',
      params: { project: project.id, user: person.id },
      token,
    });
    return Math.max(named ?? 0, member.access_level);
  } catch (error) {
    // No member: it is there for everybody, or the list is not shown to this person.
    const untold = isFailure(error, 'not_found') || (isFailure(error) && error.facts.status === 403);
    if (untold) return named ?? 0;
    throw error;
  }
}

/**
 * Roles in one's own projects whose entries name none, or perhaps too little: by asking for the lists of those where
 * one is at least reporter, developer, maintainer. Three lists, however many projects.
 */
export async function rolesByList(
  upstream: Upstream,
  token: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const roles = new Map<string, number>();
  for (const role of [20, 30, MAINTAINER]) {
    const { items } = await allPages(upstream, listOf(idWire), {
      route: 'GET /api/v4/projects',
      query: {
        ...{ membership: true, simple: true, min_access_level: role },
        ...{ pagination: 'keyset', order_by: 'id', sort: 'asc' },
      },
      token,
      ...(signal ? { signal } : {}),
    });
    for (const id of items) roles.set(id, role);
    if (items.length === 0) break;
  }
  return roles;
}
