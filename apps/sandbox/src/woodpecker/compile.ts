import { axesOf, substitute } from '../ci/matrix.ts';
import {
  type Condition,
  compilerError,
  type EnvironmentValue,
  parseWorkflow,
  type StepFile,
  type WorkflowFile,
  WpConfigError,
} from './config.ts';
import type { WpConfig, WpError, WpSecret } from './model.ts';
import type { StepRecipe } from './step-process.ts';
import { statusesOf, type WhenFacts, whenMatches } from './when.ts';

/** One workflow of a pipeline, ready to be given ids. */
export interface PlannedWorkflow {
  name: string;
  environ: Record<string, string>;
  /** Names of workflows of the same pipeline. */
  dependsOn: string[];
  runsOn: string[];
  labels: Record<string, string>;
  steps: PlannedStep[];
}

export interface PlannedStep {
  name: string;
  type: 'clone' | 'plugin' | 'commands';
  ignoreFailure: boolean;
  onSuccess: boolean;
  onFailure: boolean;
  recipe: StepRecipe;
}

export interface CompileInput {
  configs: readonly WpConfig[];
  facts: WhenFacts;
  /** Those this repository may see, its own before its organisation's before the global ones. */
  secrets: readonly WpSecret[];
  files: ReadonlyMap<string, string>;
  commit: string;
}

export interface Compiled {
  workflows: PlannedWorkflow[];
  /** None of them stops the run. */
  warnings: WpError[];
}

/**
 * Which workflows and steps take part.
 * @throws WpConfigError when the files cannot be used for this event.
 */
export function compile(input: CompileInput): Compiled {
  const warnings: WpError[] = [];
  const planned: (PlannedWorkflow & { optional: ReadonlySet<string> })[] = [];
  for (const config of input.configs) {
    for (const environ of axesOf(parseWorkflow(config.text, config.path).matrix)) {
      const text = substitute(config.text, new Map([...input.facts.environ, ...Object.entries(environ)]));
      const file = parseWorkflow(text, config.path);
      if (!applies(file.when, input.facts, environ)) continue;
      const steps = file.steps.filter((one) => applies(one.when, input.facts, environ));
      if (steps.length === 0) continue;
      if (Object.keys(environ).length === 0 || planned.every((one) => one.name !== config.name))
        warnings.push(...badHabits(file, config.path));
      planned.push({
        name: config.name,
        environ,
        dependsOn: file.depends_on.map((one) => one.name),
        optional: new Set(file.depends_on.filter((one) => one.optional).map((one) => one.name)),
        runsOn: file.runs_on,
        labels: file.labels,
        steps: planSteps(input, file, steps, environ),
      });
    }
  }
  return { workflows: withDependencies(planned), warnings };
}

function applies(when: Condition[] | undefined, facts: WhenFacts, environ: Record<string, string>): boolean {
  try {
    return whenMatches(when, facts, environ);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new WpConfigError([compilerError(`failed to evaluate expression: ${error.message}`)]);
  }
}

/** Whoever depends on a workflow that does not take part does not either, unless the dependency is optional. */
function withDependencies(
  planned: (PlannedWorkflow & { optional: ReadonlySet<string> })[],
): PlannedWorkflow[] {
  let left = planned;
  for (;;) {
    const names = new Set(left.map((one) => one.name));
    const kept = left.filter((one) =>
      one.dependsOn.every((name) => names.has(name) || one.optional.has(name)),
    );
    if (kept.length === left.length) break;
    left = kept;
  }
  const names = new Set(left.map((one) => one.name));
  return left.map(({ optional: _, ...one }) => ({
    ...one,
    dependsOn: one.dependsOn.filter((name) => names.has(name)),
  }));
}

function planSteps(
  input: CompileInput,
  file: WorkflowFile,
  steps: readonly StepFile[],
  environ: Record<string, string>,
): PlannedStep[] {
  const env = { ...Object.fromEntries(input.facts.environ), ...environ };
  const clone: PlannedStep = {
    name: 'clone',
    type: 'clone',
    ignoreFailure: false,
    onSuccess: true,
    onFailure: false,
    recipe: { commands: [], prints: `checked out ${input.commit}`, env, files: new Map(), masks: [] },
  };
  const masks: string[] = [];
  const own = steps.map((one): PlannedStep => {
    const own = { ...env };
    const give = (name: string, value: EnvironmentValue): void => {
      own[name] = typeof value === 'string' ? value : secretFor(input, value.from_secret, masks);
    };
    for (const [name, value] of Object.entries(one.environment)) give(name, value);
    for (const [name, value] of Object.entries(one.settings)) {
      const key = `PLUGIN_${name.toUpperCase()}`;
      const secret = value !== null && typeof value === 'object' && 'from_secret' in value;
      if (secret) give(key, { from_secret: String(value.from_secret) });
      else own[key] = String(value);
    }
    const { success, failure } = statusesOf(one.when);
    const plugin = one.commands.length === 0;
    return {
      name: one.name,
      type: plugin ? 'plugin' : 'commands',
      ignoreFailure: one.failure === 'ignore',
      onSuccess: success,
      onFailure: failure,
      recipe: { commands: plugin ? [one.image] : one.commands, env: own, files: input.files, masks },
    };
  });
  return file.skip_clone ? own : [clone, ...own];
}

/** @throws WpConfigError which makes the whole pipeline an `error`. */
function secretFor({ secrets, facts }: CompileInput, name: string, masks: string[]): string {
  const found = secrets.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const generic = (message: string): WpConfigError =>
    new WpConfigError([{ type: 'generic', message, is_warning: false, data: null }]);
  if (!found) throw generic(`secret "${name}" not found`);
  const event = facts.event.startsWith('pull_request') ? 'pull_request' : facts.event;
  if (!found.events.some((one) => one === event))
    throw generic(`secret "${name}" is not allowed to be used with pipeline event "${facts.event}"`);
  // Line by line, and nothing of three characters or less.
  for (const line of found.value.split('\n')) if (line.trim().length > 3) masks.push(line);
  return found.value;
}

function badHabits(file: WorkflowFile, path: string): WpError[] {
  const asksEvent = (when: Condition[] | undefined): boolean =>
    when !== undefined &&
    when.length > 0 &&
    when.every((one) => one.event || one.evaluate?.includes('EVENT'));
  if (asksEvent(file.when) || file.steps.every((one) => asksEvent(one.when))) return [];
  return [
    {
      type: 'bad_habit',
      message: 'Set an event filter for all steps or the entire workflow on all items of the `when` block',
      is_warning: true,
      data: {
        file: path,
        field: 'when',
        docs: 'https://woodpecker-ci.org/docs/usage/linter#event-filter-for-all-steps',
      },
    },
  ];
}
