import type { StagePreview } from '@flightdeck/api-client/model';
import type { Trigger } from '../ports/ci-server.ts';
import type { GatedRepo } from './context.ts';

export interface Preview {
  file: string;
  /** null: the file could not be read; `raw` says why. */
  stages: readonly StagePreview[] | null;
  raw: string | null;
}

/** Pipeline files as they were at a commit, read from the forge with the person's own token. */
export interface PipelineFiles {
  preview(repo: GatedRepo, commit: string, trigger: Trigger): Promise<Preview>;
  environments(repo: GatedRepo, commit: string): Promise<string[]>;
}

const KEEP = 500;

export function createPipelineFiles(): PipelineFiles {
  // A file at a commit never changes. Keyed by the forge's repository id, and only asked behind the gate.
  const texts = new Map<string, string | null>();

  async function text(
    repo: GatedRepo,
    commit: string,
  ): Promise<{ file: string; text: string | null; raw: string | null }> {
    const file = repo.onServer?.pipelineFile || repo.server.declaration.defaultPipelineFile;
    const key = JSON.stringify([repo.forge.id, repo.forgeRepoId, commit, file]);
    const known = texts.get(key);
    if (known !== undefined)
      return { file, text: known, raw: known === null ? 'The file does not exist at this commit.' : null };
    try {
      const read = await repo.forgeClient.file(repo.path, commit, file);
      texts.set(key, read);
      if (texts.size > KEEP) texts.delete(texts.keys().next().value ?? '');
      return { file, text: read, raw: read === null ? 'The file does not exist at this commit.' : null };
    } catch (error) {
      return { file, text: null, raw: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    async preview(repo, commit, trigger) {
      const { file, text: content, raw } = await text(repo, commit);
      if (content === null) return { file, stages: null, raw };
      const result = repo.server.pipelineReader.preview(content, trigger);
      return { file, stages: result.stages, raw: 'raw' in result ? result.raw : null };
    },
    async environments(repo, commit) {
      const { text: content } = await text(repo, commit);
      return content === null ? [] : repo.server.pipelineReader.environments(content);
    },
  };
}
