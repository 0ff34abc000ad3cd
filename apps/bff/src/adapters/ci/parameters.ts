import { Failure } from '../../domain/failure.ts';

/**
 * The server's own query keys first, then a build's parameters. `taken` are the keys it reads itself (lower case): a
 * parameter named like one of them would move the build to another commit, or put a token into an environment.
 */
export function queryWith(
  taken: ReadonlySet<string>,
  own: Record<string, string | undefined>,
  parameters: Record<string, string>,
): [string, string][] {
  for (const name of Object.keys(parameters)) {
    if (!taken.has(name.toLowerCase())) continue;
    throw new Failure('invalid', `"${name}" cannot be a parameter.`, {
      fields: { [`parameters.${name}`]: 'reserved' },
    });
  }
  const mine = Object.entries(own).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  return [...mine, ...Object.entries(parameters)];
}

/** @throws Failure `invalid` for a promotion to nowhere: servers take it. */
export function refuseUnnamed(environment: string): void {
  if (environment !== '') return;
  throw new Failure('invalid', 'An environment has a name.', { fields: { environment: 'empty' } });
}
