import { Failure } from '../../../domain/failure.ts';

/** Keys the server reads from the query itself; every other one becomes a variable of the steps (3.17.0). */
const taken = new Set(['access_token', 'event', 'deploy_to', 'deploy_task']);

/** The server's own query keys first, then the parameters. */
export function queryWith(
  own: Record<string, string>,
  parameters: Record<string, string>,
): [string, string][] {
  for (const name of Object.keys(parameters)) {
    if (!taken.has(name.toLowerCase())) continue;
    throw new Failure('invalid', `"${name}" cannot be a parameter.`, {
      fields: { [`parameters.${name}`]: 'reserved' },
    });
  }
  return [...Object.entries(own), ...Object.entries(parameters)];
}
