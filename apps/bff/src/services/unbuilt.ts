import type { Unbuilt, UnbuiltReason } from '@flightdeck/api-client/model';
import type { PipelineFile } from '../ports/ci-server.ts';
import type { BuildIndex } from './build-index.ts';
import type { BuildReader } from './build-reader.ts';
import type { GatedRepo } from './context.ts';
import { createLimiter } from './limiter.ts';
import { isTrouble } from './server-health.ts';

export interface UnbuiltInput {
  branch: string;
  /** `custom`: what would come of starting it by hand. */
  event: 'push' | 'custom';
}

/** A server that finds nothing to do makes no build and tells nobody: the forge's own answers say why. */
export type FindUnbuilt = (repo: GatedRepo, input: UnbuiltInput) => Promise<Unbuilt>;

const RECENT = 100;
/** Of a folder; a larger one is not judged. */
const MOST_FILES = 50;
/** Of everybody: whoever fills a folder must not hold up what others ask of the forge. */
const FILES_AT_ONCE = 6;

export function createUnbuilt({
  index,
  reader,
}: {
  index: Pick<BuildIndex, 'query' | 'reach'>;
  reader: Pick<BuildReader, 'newest'>;
}): FindUnbuilt {
  const limited = createLimiter(FILES_AT_ONCE);
  return async (repo, { branch, event }) => {
    const named = repo.onServer?.pipelineFile || repo.server.declaration.defaultPipelineFile;
    const commit = (await repo.forgeClient.branches(repo.path)).find(({ name }) => name === branch)?.commit;
    const told = (reason: UnbuiltReason | null): Unbuilt => ({
      commit: commit ?? null,
      reason,
      pipelineFile: named,
    });
    if (!commit || !repo.onServer?.active) return told(null);
    if (event === 'push' && (await mayHaveBuild(repo, branch, commit))) return told(null);
    const files = await filesOf(repo, commit, named, limited);
    if (files === 'none') return told('no-pipeline-file');
    if (files !== 'unknown' && !anyRuns(repo, files, branch, event)) return told('nothing-runs');
    return told(event === 'push' ? await hookFault(repo) : null);
  };

  /** Looked up afresh: a push of a moment ago has its build by now, or its hook is on the way. */
  async function mayHaveBuild(repo: GatedRepo, branch: string, commit: string): Promise<boolean> {
    const place = { server: repo.server.id, path: repo.path, forgeRepoId: repo.forgeRepoId };
    try {
      await reader.newest(place, repo.speaker.client);
    } catch (error) {
      if (isTrouble(error)) return true;
      throw error;
    }
    const { server, forgeRepoId } = place;
    const [onBranch, lately, reach] = await Promise.all([
      index.query(server, forgeRepoId, { branch, limit: RECENT }),
      index.query(server, forgeRepoId, { limit: RECENT }),
      index.reach(server, forgeRepoId),
    ]);
    // What the index has not read yet may hold it.
    return reach.filling || [...onBranch, ...lately].some((head) => head.commit === commit);
  }
}

/** `unknown`: a folder on a forge that is not asked for folders, or one with too much in it. */
async function filesOf(
  repo: GatedRepo,
  commit: string,
  named: string,
  limited: ReturnType<typeof createLimiter>,
): Promise<PipelineFile[] | 'none' | 'unknown'> {
  const { defaultPipelineFile, furtherPipelineFiles = [] } = repo.server.declaration;
  const places = named === defaultPipelineFile ? [named, ...furtherPipelineFiles] : [named];
  const { forgeClient, path } = repo;
  let unknown = false;
  for (const place of places) {
    if (!place.endsWith('/')) {
      const text = await forgeClient.file(path, commit, place);
      if (text !== null) return [{ name: place, text }];
      continue;
    }
    const names = await forgeClient.folder?.(path, commit, place);
    unknown ||= names === undefined;
    const wanted = (names ?? []).filter((name) => /\.ya?ml$/.test(name));
    if (wanted.length > MOST_FILES) return 'unknown';
    const texts = await Promise.all(
      wanted.map(async (name) => ({
        name: place + name,
        text: await limited(() => forgeClient.file(path, commit, place + name)),
      })),
    );
    const files = texts.flatMap(({ name, text }) => (text === null ? [] : [{ name, text }]));
    if (files.length > 0) return files;
  }
  return unknown ? 'unknown' : 'none';
}

/** Also true where the files cannot be judged: then the server makes a build that says why. */
function anyRuns(
  repo: GatedRepo,
  files: PipelineFile[],
  branch: string,
  event: UnbuiltInput['event'],
): boolean {
  const trigger = {
    ...{ event, branch, ref: `refs/heads/${branch}`, repo: repo.path },
    ...{ environment: null, action: '', cron: null },
    instance: new URL(repo.server.declaration.publicUrl).host,
  };
  const { stages } = repo.server.pipelineReader.preview(files, trigger);
  return stages === null || stages.some((stage) => stage.runs);
}

/** Hooks that lead elsewhere may be the server's under another address: nothing is claimed then. */
async function hookFault(repo: GatedRepo): Promise<UnbuiltReason | null> {
  const hooks = await repo.forgeClient.hooks?.(repo.path);
  if (!hooks) return null;
  if (hooks.length === 0) return 'hook-missing';
  const ours = hooks.filter(({ url }) => url.startsWith(`${repo.server.declaration.publicUrl}/`));
  if (ours.length === 0 || ours.some(({ active, push }) => active && push)) return null;
  return ours.some(({ active }) => active) ? 'hook-event' : 'hook-disabled';
}
