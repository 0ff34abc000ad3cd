import type { StagePreview } from '@flightdeck/api-client/model';
import type { PipelineFile, PipelineReader, Trigger } from '../../../ports/ci-server.ts';
import { type Fields, readMapping, stepsOf, text } from '../yaml.ts';
import { dependenciesOf } from './dependencies.ts';
import { evaluate } from './evaluate.ts';
import { type Judged, judge, targetVariable } from './when.ts';

/**
 * Workflow files as Woodpecker 3.17 reads them: each file is one workflow (a matrix multiplies it), `when` on it and on its
 * steps, `depends_on` between files. A workflow that waits for one that is filtered out goes with it, unless the
 * dependency is `optional` (3.15); one without a step left does not run.
 */
export const woodpeckerPipelineReader: PipelineReader = {
  preview(files, trigger) {
    if (files.length === 0) return { stages: null, unreadable: 'missing', raw: null };
    const read = files.map((file) => ({ file, ...readMapping(file.text) }));
    for (const { file, fault } of read) {
      if (fault) return { stages: null, ...fault, raw: [file.name, fault.raw].filter(Boolean).join(': ') };
    }
    const workflows = read.flatMap(({ file, workflow }) =>
      workflow ? [{ name: nameOf(file), workflow, stage: previewOf(nameOf(file), workflow, trigger) }] : [],
    );
    dropDependents(workflows);
    return { stages: workflows.map(({ stage }) => stage) };
  },

  environments(files) {
    const found = new Set<string>();
    for (const file of files) {
      const { workflow } = readMapping(file.text);
      if (!workflow) continue;
      for (const { when } of [workflow, ...stepsOf(workflow)]) {
        for (const entry of Array.isArray(when) ? when : [when]) {
          const expression = text((entry as Fields | null | undefined)?.evaluate);
          for (const word of evaluate(expression, new Map()).compared(targetVariable)) {
            if (word !== '') found.add(word);
          }
        }
      }
    }
    return [...found];
  },

  registryLines: () => null,
};

/** `.woodpecker/build.yaml` → `build`; what the server keeps has that name already. */
const nameOf = ({ name }: PipelineFile): string =>
  (name.split('/').at(-1) ?? name).replace(/^\./, '').replace(/\.ya?ml$/, '');

function previewOf(name: string, workflow: Fields, trigger: Trigger): StagePreview {
  const whole = judge(workflow.when, trigger);
  const steps = stepsOf(workflow).map((step) => ({
    name: text(step.name),
    judged: judge(step.when, trigger),
  }));
  const left = steps.filter(({ judged }) => judged.excludedBy === null);
  const excludedBy = whole.excludedBy ?? (left.length === 0 && steps.length > 0 ? 'steps' : null);
  const runs = excludedBy === null;
  const judgements: Judged[] = [whole, ...left.map(({ judged }) => judged)];
  return {
    name,
    runs,
    excludedBy,
    unsure: runs ? [...new Set(judgements.flatMap(({ unsure }) => unsure))] : [],
    namesTarget: runs && judgements.some((one) => one.namesTarget),
    dependsOn: dependenciesOf(workflow).map((dependency) => dependency.name),
    steps: steps.map((step) => ({ name: step.name, runs: runs && step.judged.excludedBy === null })),
  };
}

interface Previewed {
  name: string;
  workflow: Fields;
  stage: StagePreview;
}

function dropDependents(workflows: readonly Previewed[]): void {
  for (let changed = true; changed; ) {
    changed = false;
    const running = new Set(workflows.filter(({ stage }) => stage.runs).map(({ name }) => name));
    for (const { workflow, stage } of workflows) {
      if (!stage.runs) continue;
      const lacks = dependenciesOf(workflow).some(({ name, optional }) => !optional && !running.has(name));
      if (!lacks) continue;
      stage.runs = false;
      stage.excludedBy = 'dependency';
      stage.namesTarget = false;
      stage.unsure = [];
      stage.steps = stage.steps.map(({ name }) => ({ name, runs: false }));
      changed = true;
    }
  }
}
