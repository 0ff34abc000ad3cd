import type { BuildHead } from '@flightdeck/api-client/model';

/**
 * Whether a build is a person's own: they wrote the commit or started it. `logins`: theirs on forge and CI server, in
 * lower case. `starter`: login on the forge of who started it through the console, for a server names only whose token was used.
 */
export function isMine(
  build: Pick<BuildHead, 'author' | 'startedBy'>,
  logins: ReadonlySet<string>,
  starter: string | undefined,
): boolean {
  return [build.author.login, build.startedBy, starter].some(
    (login) => typeof login === 'string' && logins.has(login.toLowerCase()),
  );
}
