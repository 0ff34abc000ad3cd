import { z } from 'zod';

/** Unix time in milliseconds (UTC). CI servers that count seconds are multiplied at the border. */
export const instantSchema = z.number().int().nonnegative();
export type Instant = z.infer<typeof instantSchema>;

/** A configured forge or CI server: lower case, no collision with a page of the console. */
export const instanceIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);

const segment = /^[A-Za-z0-9_.-]{1,255}$/;

/** One segment of a repository's path: what forges accept, and neither `.` nor `..`. */
export function isPathSegment(text: string): boolean {
  return segment.test(text) && text !== '.' && text !== '..';
}

/**
 * A repository's path on its forge with all groups: `acme/checkout`, `group/sub/name`.
 * 2 to 20 segments.
 */
export const repoPathSchema = z.string().refine(
  (path) => {
    const parts = path.split('/');
    return parts.length >= 2 && parts.length <= 20 && parts.every(isPathSegment);
  },
  { error: 'must be owner/name' },
);

/** Permission on a repository, strictest reading: `none` < `read` < `write` < `admin`. */
export const levelSchema = z.enum(['none', 'read', 'write', 'admin']);
export type Level = z.infer<typeof levelSchema>;

const order: readonly Level[] = ['none', 'read', 'write', 'admin'];

export function reaches(have: Level, need: Level): boolean {
  return order.indexOf(have) >= order.indexOf(need);
}

export function stricter(a: Level, b: Level): Level {
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}

/** A person as a build or a list names them. `login` is a label, never an identity. */
export const personSchema = z.object({
  login: z.string(),
  name: z.string(),
  avatarUrl: z.string().nullable(),
});
export type Person = z.infer<typeof personSchema>;
