import { createHash } from 'node:crypto';
import type { WpConfig, WpRepo } from './model.ts';
import type { WpServer } from './server.ts';

/** Name of the file without folder, leading dot and extension. */
const nameOf = (path: string): string =>
  path
    .replace(/^.*\//, '')
    .replace(/^\./, '')
    .replace(/\.ya?ml$/, '');

/** The folder first, then the two files; or what the repository says, a folder when it ends in a slash. */
export function findConfigs(server: WpServer, repo: WpRepo, sha: string): WpConfig[] {
  const files = server.world.forge.repositoryById(Number(repo.forgeRemoteId))?.commits.get(sha)?.files;
  if (!files) return [];
  const places =
    repo.configFile === '' ? ['.woodpecker/', '.woodpecker.yaml', '.woodpecker.yml'] : [repo.configFile];
  for (const place of places) {
    const found = [...files.keys()].filter((path) =>
      place.endsWith('/')
        ? path.startsWith(place) && !path.slice(place.length).includes('/') && /\.ya?ml$/.test(path)
        : path === place,
    );
    if (found.length > 0)
      return found.sort().map((path) => ({ path, name: nameOf(path), text: files.get(path) ?? '' }));
  }
  return [];
}

export const hashOf = (config: WpConfig): string => createHash('sha256').update(config.text).digest('hex');
