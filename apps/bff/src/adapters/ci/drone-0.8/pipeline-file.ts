import type { BuildEvent, StagePreview } from '@flightdeck/api-client/model';
import type { PipelineReader, Trigger } from '../../../ports/ci-server.ts';
import { condition, matches } from '../conditions.ts';
import { isLiteral, pathMatches } from '../glob.ts';
import { type Fields, readMapping, stepsOf, text } from '../yaml.ts';

/**
 * `.drone.yml` as Drone 0.8 reads it (source): one pipeline, its steps by name under `pipeline`, each with a `when`; a
 * `matrix` makes several of it. `branches` hold back pushes alone. Whatever is filtered out, the clone runs.
 */
export const drone08PipelineReader: PipelineReader = {
  preview([file], trigger) {
    if (!file) return { stages: null, unreadable: 'missing', raw: null };
    const { workflow, fault } = readMapping(file.text);
    if (fault) return { stages: null, ...fault };
    // Of 1.0 and later, or of nothing.
    if (!('pipeline' in workflow)) return { stages: null, unreadable: 'no-pipeline', raw: null };
    return { stages: [previewOf(workflow, trigger)] };
  },

  environments([file]) {
    const { workflow } = readMapping(file?.text ?? '');
    const named = workflow ? stepsOf({ pipeline: workflow.pipeline }) : [];
    const words = named.flatMap((step) => condition(step.when, 'environment').include);
    return [...new Set(words.filter(isLiteral))];
  },

  // The server hands them to every step itself.
  registryLines: () => null,
};

const words: Readonly<Partial<Record<BuildEvent, string>>> = {
  promote: 'deployment',
  rollback: 'deployment',
};
const wordOf = (event: BuildEvent): string => words[event] ?? event;

function previewOf(file: Fields, trigger: Trigger): StagePreview {
  const platform = text(file.platform) || 'linux/amd64';
  const heldBack =
    trigger.event === 'push' && !matches(condition(file, 'branches'), trigger.branch) ? 'branch' : null;
  const steps = stepsOf({ pipeline: file.pipeline }).map((step) => ({
    name: text(step.name),
    runs: heldBack === null && isTaken(step.when, platform, trigger),
    when: step.when,
  }));
  const left = steps.filter((step) => step.runs);
  return {
    name: 'default',
    // Also without a step left: then it clones, and is a success.
    runs: heldBack === null,
    excludedBy: heldBack,
    unsure: [...new Set(left.flatMap(({ when }) => unsureOf(when, trigger)))],
    namesTarget: left.some(({ when }) => namesTarget(when, trigger)),
    dependsOn: [],
    steps: steps.map(({ name, runs }) => ({ name, runs })),
  };
}

function isTaken(when: unknown, platform: string, trigger: Trigger): boolean {
  const values: [string, string][] = [
    ['event', wordOf(trigger.event)],
    ['environment', trigger.environment ?? ''],
    ['branch', trigger.branch],
    ['repo', trigger.repo],
    ['ref', trigger.ref],
    ['platform', platform],
  ];
  return values.every(([name, value]) => matches(condition(when, name), value));
}

/** What only the server can tell: its own host, the values of a matrix, how the steps before it went. */
function unsureOf(when: unknown, { instance }: Trigger): string[] {
  const fields = (when ?? {}) as Fields;
  const status = condition(when, 'status');
  const host = condition(when, 'instance');
  return [
    ...(typeof fields === 'object' && fields.matrix !== undefined ? ['matrix'] : []),
    ...(matches(status, 'success') ? [] : ['status']),
    ...(host.exclude.length === 0 && matches(host, instance) ? [] : ['instance']),
  ];
}

/** By name, or by being there for deployments of any target alone. */
function namesTarget(when: unknown, { environment }: Trigger): boolean {
  if (environment === null) return false;
  const { include, exclude } = condition(when, 'environment');
  if (include.some((pattern) => pathMatches(pattern, environment))) return true;
  const events = condition(when, 'event').include;
  return (
    include.length === 0 &&
    exclude.length === 0 &&
    events.length > 0 &&
    events.every((one) => one === 'deployment')
  );
}
