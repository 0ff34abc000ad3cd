import type { Commit, ForgeRepository } from '../../world/model.ts';
import { baseUrl, type GiteaContext, isoTime } from './context.ts';
import { blobSha } from './shapes.ts';

/** The newest commit, from `head` back, that changed what is at `path`. */
function lastChange(context: GiteaContext, repo: ForgeRepository, head: Commit, path: string): Commit {
  const at = (commit: Commit | undefined) => JSON.stringify(under(commit, path));
  let last = head;
  for (const commit of context.world.forge.history(repo, head.sha)) {
    if (at(commit) !== at(head)) break;
    last = commit;
  }
  return last;
}

function under(commit: Commit | undefined, path: string): [string, string][] {
  const own = [...(commit?.files ?? [])];
  return own.filter(([name]) => name === path || name.startsWith(`${path}/`));
}

function entry(
  context: GiteaContext,
  repo: ForgeRepository,
  head: Commit,
  ref: string,
  path: string,
  text: string | undefined,
  withContent: boolean,
) {
  const base = baseUrl(context);
  const slug = `${repo.owner}/${repo.name}`;
  const kind = repo.branches.has(ref) ? 'branch' : repo.tags.has(ref) ? 'tag' : 'commit';
  const file = text !== undefined;
  const change = lastChange(context, repo, head, path);
  const sha = blobSha(text ?? JSON.stringify(under(head, path)));
  const url = `${base}/api/v1/repos/${slug}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const html = `${base}/${slug}/src/${kind}/${ref}/${path}`;
  const git = `${base}/api/v1/repos/${slug}/git/${file ? 'blobs' : 'trees'}/${sha}`;
  return {
    name: path.split('/').at(-1) ?? path,
    path,
    sha,
    last_commit_sha: change.sha,
    last_committer_date: isoTime(change.at),
    last_author_date: isoTime(change.at),
    type: file ? 'file' : 'dir',
    size: file ? Buffer.byteLength(text) : 0,
    encoding: file && withContent ? 'base64' : null,
    content: file && withContent ? Buffer.from(text).toString('base64') : null,
    target: null,
    url,
    html_url: html,
    git_url: git,
    download_url: file ? `${base}/${slug}/raw/${kind}/${ref}/${path}` : null,
    submodule_git_url: null,
    _links: { self: url, git, html },
  };
}

/** A file with its content, a folder as a list without contents, `undefined` where neither is. */
export function contentsAt(
  context: GiteaContext,
  repo: ForgeRepository,
  head: Commit,
  ref: string,
  path: string,
) {
  const text = head.files.get(path);
  if (text !== undefined) return entry(context, repo, head, ref, path, text, true);
  const prefix = path === '' ? '' : `${path}/`;
  const names = new Set<string>();
  for (const name of head.files.keys()) {
    if (name.startsWith(prefix)) names.add(prefix + (name.slice(prefix.length).split('/')[0] ?? ''));
  }
  if (names.size === 0 && path !== '') return undefined;
  return [...names].sort().map((name) => entry(context, repo, head, ref, name, head.files.get(name), false));
}
