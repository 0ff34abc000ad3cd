import type { BuildHead, StagePreview, Unreadable } from '@flightdeck/api-client/model';
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
export type Previewed = Pick<BuildHead, 'commit' | 'event' | 'branch' | 'ref' | 'environment' | 'action'>;

/** Pipeline files as they were at a commit, read from the forge with the person's own token. */
export interface PipelineFiles {
  preview(repo: GatedRepo, build: Previewed): Promise<Preview>;
  environments(repo: GatedRepo, commit: string): Promise<string[]>;
}

const KEEP = 500;
/** Files asked for at a time: a first look at a repository's deployments may need two hundred. */
const AT_ONCE = 6;

export function createPipelineFiles(): PipelineFiles {
  // A file at a commit never changes. Keyed by the forge's repository id, and only asked behind the gate.
  const texts = new Map<string, Promise<string | null>>();
  const limit = createLimiter(AT_ONCE);

  const fileOf = (repo: GatedRepo): string =>
    repo.onServer?.pipelineFile || repo.server.declaration.defaultPipelineFile;

  /** null: there is no such file. Throws what the forge did. Equal questions at the same moment are asked once. */
  function textOf(repo: GatedRepo, commit: string): Promise<string | null> {
    const file = fileOf(repo);
    const key = JSON.stringify([repo.forge.id, repo.forgeRepoId, commit, file]);
    const known = texts.get(key);
    if (known) return known;
    const read = limit(() => repo.forgeClient.file(repo.path, commit, file));
    texts.set(key, read);
    if (texts.size > KEEP) texts.delete(texts.keys().next().value ?? '');
    read.catch(() => texts.delete(key));
    return read;
  }

  return {
    async preview(repo, build) {
      const file = fileOf(repo);
      const without = (unreadable: Unreadable, raw: string | null): Preview => ({
        ...{ file, stages: null, unreadable, raw },
      });
      try {
        const text = await textOf(repo, build.commit);
        if (text === null) return without('missing', null);
        const { branch, ref, event, environment, action } = build;
        const instance = new URL(repo.server.declaration.publicUrl).host;
        const trigger = { event, branch, ref, repo: repo.path, environment, action, cron: null, instance };
        const result = repo.server.pipelineReader.preview(text, trigger, file);
        if (result.stages === null) return without(result.unreadable, result.raw);
        return { file, stages: result.stages, unreadable: null, raw: null };
      } catch (error) {
        return without('unreached', error instanceof Error ? error.message : String(error));
      }
    },
    async environments(repo, commit) {
      const text = await textOf(repo, commit).catch(() => null);
      return text === null ? [] : repo.server.pipelineReader.environments(text, fileOf(repo));
    },
  };
}
