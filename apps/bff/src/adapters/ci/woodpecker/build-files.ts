import type { Build, Stage, Step } from '@flightdeck/api-client/model';
import type { PipelineFile } from '../../../ports/ci-server.ts';
import type { Caller } from '../caller.ts';
import { isFields, list, readMapping, stepsOf, text } from '../yaml.ts';
import { dependenciesOf } from './dependencies.ts';
import { routes } from './routes.ts';
import { configListWire } from './wire.ts';

const KEEP = 500;

/**
 * The files a pipeline was made from. The server keeps them with it, so they never change; they tell what its answers
 * leave out (3.17.0): which workflow and step waits for which, which steps may fail, and what an agent must offer.
 */
export interface BuildFiles {
  of(caller: Caller, repository: number, number: number, created: number): Promise<PipelineFile[]>;
  /** The build with what its files say. Without them, when they cannot be had, as it is. */
  complete(caller: Caller, repository: number, build: Build): Promise<Build>;
}

export function createBuildFiles(): BuildFiles {
  const kept = new Map<string, Promise<PipelineFile[]>>();

  async function load(caller: Caller, id: number, number: number): Promise<PipelineFile[]> {
    const configs = await caller.json(configListWire, { route: routes.config, params: { id, number } });
    return configs.map(({ name, data }) => ({ name, text: Buffer.from(data, 'base64').toString('utf8') }));
  }

  /** Numbers of pipelines that nothing matched are given out again: the moment of creation tells them apart. */
  function of(caller: Caller, repository: number, number: number, created: number): Promise<PipelineFile[]> {
    const key = `${repository}/${number}/${created}`;
    const known = kept.get(key);
    if (known) return known;
    const loading = load(caller, repository, number);
    kept.set(key, loading);
    if (kept.size > KEEP) kept.delete(kept.keys().next().value ?? '');
    const forget = () => kept.get(key) === loading && kept.delete(key);
    // They are written a moment after the pipeline's row.
    loading.then((files) => files.length === 0 && forget(), forget);
    return loading;
  }

  return {
    of,
    async complete(caller, repository, build) {
      if (build.stages.length === 0) return build;
      const files = await of(caller, repository, build.number, build.createdAt).catch(() => []);
      return files.length === 0
        ? build
        : { ...build, stages: build.stages.map((stage) => told(stage, files)) };
    },
  };
}

function told(stage: Stage, files: readonly PipelineFile[]): Stage {
  const file = files.find((one) => one.name === stage.name);
  const { workflow } = file ? readMapping(file.text) : { workflow: null };
  if (!workflow) return stage;
  const names = new Set(files.map(({ name }) => name));
  const steps = new Map(stepsOf(workflow).map((step) => [text(step.name), step]));
  return {
    ...stage,
    dependsOn: dependenciesOf(workflow).flatMap(({ name }) => (names.has(name) ? [name] : [])),
    labels: labelsOf(workflow.labels, stage.axes),
    steps: stage.steps.map((step) => toldStep(step, steps.get(step.name))),
  };
}

function toldStep(step: Step, fields: Record<string, unknown> | undefined): Step {
  if (!fields) return step;
  return {
    ...step,
    ignoresFailure: step.ignoresFailure || fields.failure === 'ignore',
    dependsOn: list(fields.depends_on),
    image: text(fields.image) || null,
    detached: step.detached || fields.detach === true,
  };
}

/** `${AXIS}` stands for the value of the matrix; what else is filled in by the server is left as written. */
function labelsOf(given: unknown, axes: Readonly<Record<string, string>>): Record<string, string> {
  if (!isFields(given)) return {};
  const filled = (value: unknown) =>
    text(value).replace(/\$\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(axes, name) ? (axes[name] ?? whole) : whole,
    );
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, filled(value)]));
}
