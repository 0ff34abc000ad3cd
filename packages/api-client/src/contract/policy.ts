/**
 * The route table is the policy: every row names who may call it. An unlisted route does not exist.
 *
 * - `guest`: anybody. `person`: signed in.
 * - `read` | `write` | `admin`: that level on the repository named by `server` and `repo`.
 * - `ci-administrator`: administrator of that CI server by a linked account; of any, where the row names none.
 */
export type Need = 'guest' | 'person' | 'read' | 'write' | 'admin' | 'ci-administrator';

/** Which budget a call is counted on (figures: configuration). */
export type Budget = 'read' | 'write' | 'secret' | 'promote' | 'chunk' | 'search' | 'none';

export interface Policy {
  need: Need;
  budget: Budget;
  /** The person's permission is asked anew from the forge, no cached answer counts. */
  fresh: boolean;
  /** Refused with `needs_link` without the person's own linked account on the CI server. */
  link: boolean;
}

export const reading = (need: Need, budget: Budget = 'read'): Policy => ({
  need,
  budget,
  fresh: false,
  link: false,
});
export const writing = (need: Need, more: Partial<Policy> = {}): Policy => ({
  need,
  budget: 'write',
  fresh: false,
  link: false,
  ...more,
});
