import type { Forge } from '../../../ports/forge.ts';

/** Pages for browsers. `/-/` ends the path, however many groups it has. */
export function gitlabLinks(publicUrl: string): Forge['links'] {
  const page = (path: string, rest = '') => `${publicUrl}/${segments(path)}${rest}`;
  return {
    repository: (path) => page(path),
    commit: (path, sha) => page(path, `/-/commit/${encodeURIComponent(sha)}`),
    branch: (path, name) => page(path, `/-/tree/${segments(name)}`),
    tag: (path, name) => page(path, `/-/tags/${segments(name)}`),
    pullRequest: (path, number) => page(path, `/-/merge_requests/${number}`),
    file: (path, ref, file) => {
      const request = /^refs\/merge-requests\/(\d+)\//.exec(ref);
      if (request) return page(path, `/-/merge_requests/${request[1]}/diffs`);
      return page(path, `/-/blob/${segments(plainRef(ref))}/${segments(file)}`);
    },
  };
}

/** A branch's or tag's own name; a merge request's ref stays as it is. */
export const plainRef = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, '');

const segments = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
