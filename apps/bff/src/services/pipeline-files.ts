import type { BuildHead, StagePreview } from '@flightdeck/api-client/model';
import type { GatedRepo } from './context.ts';
import { createLimiter } from './limiter.ts';

export interface Preview {
  file: string;
  /** null: the file could not be read; `raw` says why. */
  stages: readonly StagePreview[] | null;
  raw: string | null;
  /** The forge did not answer; asked again, it may. */
  unreached: boolean;
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
      try {
        const text = await textOf(repo, build.commit);
        if (text === null)
          return { file, stages: null, raw: 'The file does not exist at this commit.', unreached: false };
        const { branch, ref, event, environment, action } = build;
        const trigger = { event, branch, ref, repo: repo.path, environment, action, cron: null };
        const result = repo.server.pipelineReader.preview(text, trigger);
        return {
          file,
          stages: result.stages,
          raw: result.stages === null ? result.raw : null,
          unreached: false,
        };
      } catch (error) {
        const raw = error instanceof Error ? error.message : String(error);
        return { file, stages: null, raw, unreached: true };
      }
    },
    async environments(repo, commit) {
      const text = await textOf(repo, commit).catch(() => null);
      return text === null ? [] : repo.server.pipelineReader.environments(text);
    },
  };
}
