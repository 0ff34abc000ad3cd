import type { Forge } from '../../../ports/forge.ts';

/** Pages for browsers. Gogs tells branches, tags and commits apart by trying: all stand behind `/src/`. */
export function gogsLinks(publicUrl: string): Forge['links'] {
  const page = (path: string, rest = '') => `${publicUrl}/${segments(path)}${rest}`;
  const source = (path: string, ref: string) => page(path, `/src/${segments(ref)}`);
  return {
    repository: (path) => page(path),
    commit: (path, sha) => page(path, `/commit/${encodeURIComponent(sha)}`),
    branch: source,
    tag: source,
    pullRequest: (path, number) => page(path, `/pulls/${number}`),
    file: (path, ref, file) => {
      const pull = /^refs\/pull\/(\d+)\//.exec(ref);
      if (pull) return page(path, `/pulls/${pull[1]}/files`);
      return `${source(path, plainRef(ref))}/${segments(file)}`;
    },
  };
}

/** Gogs looks for branches and tags by their plain names. */
export const plainRef = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, '');

const segments = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
