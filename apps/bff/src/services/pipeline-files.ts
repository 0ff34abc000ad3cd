import type { BuildHead, StagePreview, Unreadable } from '@flightdeck/api-client/model';
import type { PipelineFile } from '../ports/ci-server.ts';
import type { GatedRepo } from './context.ts';
import { createLimiter } from './limiter.ts';

export interface Preview {
  file: string;
  /** null: the file could not be read; `unreadable` says why. */
  stages: readonly StagePreview[] | null;
  unreadable: Unreadable | null;
  raw: string | null;
}

/** What of a build decides which stages of its pipeline file run. */
export type Previewed = Pick<
  BuildHead,
  'number' | 'commit' | 'event' | 'branch' | 'ref' | 'environment' | 'action'
>;

/** Where the files are to be read: with a build where the server keeps them, else at a commit. */
export interface FilesAt {
  commit: string | null;
  number: number | null;
}

/**
 * Pipeline files as they were at a commit, read from the forge with the person's own token; where the CI server keeps the
 * files a build was made from (and uses them again when it is promoted), those.
 */
export interface PipelineFiles {
  preview(repo: GatedRepo, build: Previewed): Promise<Preview>;
  environments(repo: GatedRepo, at: FilesAt): Promise<string[]>;
}

const KEEP = 500;
/** Files asked for at a time: a first look at a repository's deployments may need two hundred. */
const AT_ONCE = 6;

type Files = readonly PipelineFile[];

export function createPipelineFiles(): PipelineFiles {
  // A file at a commit never changes. Keyed by the forge's repository id, and only asked behind the gate.
  const kept = new Map<string, Promise<Files | null>>();
  const limit = createLimiter(AT_ONCE);

  const fileOf = (repo: GatedRepo): string =>
    repo.onServer?.pipelineFile || repo.server.declaration.defaultPipelineFile;

  /** null: there is no such file. Throws what the other side did. Equal questions at the same moment are asked once. */
  function remembered(key: unknown[], read: () => Promise<Files | null>): Promise<Files | null> {
    const text = JSON.stringify(key);
    const known = kept.get(text);
    if (known) return known;
    const reading = limit(read);
    kept.set(text, reading);
    if (kept.size > KEEP) kept.delete(kept.keys().next().value ?? '');
    reading.catch(() => kept.delete(text));
    return reading;
  }

  async function filesAt(repo: GatedRepo, { commit, number }: FilesAt): Promise<Files | null> {
    const { client } = repo.speaker;
    if (number !== null) {
      const key = [repo.server.id, repo.forgeRepoId, number, commit];
      const own = await remembered(key, () => client.pipelineFiles(repo.path, number));
      if (own !== null) return own;
    }
    if (commit === null) return null;
    const file = fileOf(repo);
    return remembered([repo.forge.id, repo.forgeRepoId, commit, file], async () => {
      const text = await repo.forgeClient.file(repo.path, commit, file);
      return text === null ? null : [{ name: file, text }];
    });
  }

  return {
    async preview(repo, build) {
      const file = fileOf(repo);
      const without = (unreadable: Unreadable, raw: string | null): Preview => ({
        ...{ file, stages: null, unreadable, raw },
      });
      try {
        const files = await filesAt(repo, build);
        if (files === null) return without('missing', null);
        const { branch, ref, event, environment, action } = build;
        const instance = new URL(repo.server.declaration.publicUrl).host;
        const trigger = { event, branch, ref, repo: repo.path, environment, action, cron: null, instance };
        const result = repo.server.pipelineReader.preview(files, trigger);
        if (result.stages === null) return without(result.unreadable, result.raw);
        return { file, stages: result.stages, unreadable: null, raw: null };
      } catch (error) {
        return without('unreached', error instanceof Error ? error.message : String(error));
      }
    },
    async environments(repo, at) {
      const files = await filesAt(repo, at).catch(() => null);
      return files === null ? [] : repo.server.pipelineReader.environments(files);
    },
  };
}
