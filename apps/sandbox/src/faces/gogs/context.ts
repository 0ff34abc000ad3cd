import type { World } from '../../world/world.ts';

/** The world is read anew at every request (a getter will do), so that a reset shows at once. */
export interface GogsContext {
  readonly world: World;
}

/** The forge's address as people use it, which every link in its answers begins with. */
export const baseUrl = (context: GogsContext): string => context.world.addresses.gitea;

/** A time as Gogs writes it: seconds, UTC. */
export const isoTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

export const ZERO_TIME = '0001-01-01T00:00:00Z';
