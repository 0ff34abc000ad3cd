import type { Level } from '@flightdeck/api-client/model';

/** What decides who may do what with a project's code. */
export interface Standing {
  /** `private`, `internal` (everybody with an account, but external people) or `public`. */
  visibility: string;
  /** The repository feature: `enabled` (as the project), `private` (members only), `disabled`; '' in old versions. */
  repository: string;
  /** Greatest role known: 5 minimal, 10 guest, 15 planner, 20 reporter, 30 developer, 40 maintainer, 50 owner; 0 none. */
  role: number;
}

export const MAINTAINER = 40;

/**
 * An answer with HTTP 200 alone grants nothing: guests of a private project see it and not its code. Custom roles count
 * as the role they are made from.
 */
export function levelOf({ visibility, repository, role }: Standing): Level {
  if (repository === 'disabled') return 'none';
  if (role >= MAINTAINER) return 'admin';
  if (role >= 30) return 'write';
  if (role >= 20) return 'read';
  if (visibility !== 'public' && visibility !== 'internal') return 'none';
  // In a project that is open, guests are members enough for a repository that is for members only.
  return repository !== 'private' || role >= 10 ? 'read' : 'none';
}
