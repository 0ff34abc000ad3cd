import { Failure } from '../../../domain/failure.ts';

/**
 * Keys that Drone reads from the query itself; every other one becomes a parameter of the build. A parameter named
 * like one of them would move the build to another commit, or put a token into an environment.
 */
const taken = new Set(['access_token', 'target', 'commit', 'branch', 'debug', 'message', 'action']);

/** The server's own query keys first, then the parameters. */
export function queryWith(
  own: Record<string, string | undefined>,
  parameters: Record<string, string>,
): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(own)) {
    if (value !== undefined) pairs.push([key, value]);
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (taken.has(name.toLowerCase())) {
      throw new Failure('invalid', `"${name}" cannot be a parameter.`, {
        fields: { [`parameters.${name}`]: 'reserved' },
      });
    }
    pairs.push([name, value]);
  }
  return pairs;
}
