import type { Forge } from '../../../ports/forge.ts';

/** Pages for browsers, by the public address joined as text: a sub-path stays. */
export function giteaLinks(publicUrl: string): Forge['links'] {
  const page = (path: string, rest = '') => `${publicUrl}/${segments(path)}${rest}`;
  return {
    repository: (path) => page(path),
    commit: (path, sha) => page(path, `/commit/${encodeURIComponent(sha)}`),
    branch: (path, name) => page(path, `/src/branch/${segments(name)}`),
    tag: (path, name) => page(path, `/src/tag/${segments(name)}`),
    pullRequest: (path, number) => page(path, `/pulls/${number}`),
    file: (path, ref, file) => {
      const pull = /^refs\/pull\/(\d+)\//.exec(ref);
      if (pull) return page(path, `/pulls/${pull[1]}/files`);
      return page(path, `/src/${sourceOf(ref)}/${segments(file)}`);
    },
  };
}

function sourceOf(ref: string): string {
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(ref)) return `commit/${ref}`;
  const named = /^refs\/(heads|tags)\/(.+)$/.exec(ref);
  if (named) return `${named[1] === 'tags' ? 'tag' : 'branch'}/${segments(named[2] ?? '')}`;
  return `branch/${segments(ref)}`;
}

/** Slashes stay: Gitea takes branch names and paths as several segments. */
const segments = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
