import type { World } from '../../world/world.ts';

/** The world is read anew at every request (a getter will do), so that a reset shows at once. */
export interface GiteaContext {
  readonly world: World;
  /** Default: 1.25.4. */
  readonly version?: string;
}

/** The forge's address as people use it, which every link in its answers begins with. */
export const baseUrl = (context: GiteaContext): string => context.world.addresses.gitea;

/** Path part of that address, '' at the root: whatever stands before it takes it away, its own redirects have it. */
export const subPath = (context: GiteaContext): string =>
  new URL(baseUrl(context)).pathname.replace(/\/$/, '');

/** A time as Gitea writes it: seconds, UTC. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Go's zero time, which stands for "not told". */
export const ZERO_TIME = '0001-01-01T00:00:00Z';
