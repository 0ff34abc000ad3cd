import type { World } from '../../world/world.ts';

/** The world is read anew at every request (a getter will do), so that a reset shows at once. */
export interface GitlabContext {
  readonly world: World;
}

/** The forge's address as people use it, which every link in its answers begins with. */
export const baseUrl = (context: GitlabContext): string => context.world.addresses.gitea;

/** A time as GitLab writes it: milliseconds, UTC. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** A query or form value as one string; '' when absent, the first when repeated. */
export function value(source: unknown, name: string): string {
  if (typeof source !== 'object' || source === null) return '';
  const found = (source as Record<string, unknown>)[name];
  const first = Array.isArray(found) ? found[0] : found;
  return typeof first === 'string' ? first : '';
}
