import type { WpPipeline, WpRepo } from './model.ts';

export interface WpNotice {
  repo: WpRepo;
  /** As it was when it was told: a copy. */
  pipeline: WpPipeline;
}

/** The fields of a pipeline's own row, which a report of a step or workflow may have read before they changed. */
export type PipelineRow = Pick<WpPipeline, 'status' | 'updated' | 'started' | 'finished' | 'cancelInfo'>;

export const rowOf = ({ status, updated, started, finished, cancelInfo }: WpPipeline): PipelineRow => ({
  status,
  updated,
  started,
  finished,
  cancelInfo,
});

/** The server's stream of pipelines: no ids, no memory, no order to rely on. */
export class WpEvents {
  readonly #listeners = new Set<(notice: WpNotice) => void>();

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  publish(notice: WpNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  subscribe(listener: (notice: WpNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export function copyOf(pipeline: WpPipeline, row: PipelineRow = rowOf(pipeline)): WpPipeline {
  return {
    ...pipeline,
    ...row,
    workflows: pipeline.workflows.map((workflow) => ({
      ...workflow,
      steps: workflow.steps.map((step) => ({ ...step })),
    })),
  };
}
