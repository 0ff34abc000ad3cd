import { filterMatches } from '../ci/match.ts';
import { axesOf, substitute } from '../ci/matrix.ts';
import type { TracedScript } from '../runner/traced-script.ts';
import { type D8Container, type D8File, type D8When, lint, parseFile } from './config.ts';
import { buildEnvironment } from './environment.ts';
import type { D8Build, D8Repo, D8Secret } from './model.ts';

export interface PlannedStep {
  name: string;
  /** A service: it runs beside the rest until all is over. */
  detached: boolean;
  onSuccess: boolean;
  onFailure: boolean;
  script: TracedScript;
}

/** One pipeline of the matrix, ready to be given ids. */
export interface PlannedPipeline {
  environ: Record<string, string>;
  platform: string;
  labels: Record<string, string>;
  /** Steps of one group run side by side, groups one after the other. */
  groups: PlannedStep[][];
}

export interface CompileInput {
  repo: D8Repo;
  build: D8Build;
  site: string;
  secrets: readonly D8Secret[];
  files: ReadonlyMap<string, string>;
  /** Environment given with a restart; stored nowhere. */
  extra: Record<string, string>;
}

/**
 * Which pipelines and steps take part. A target that no step asks for still gives those that ask for none.
 * @throws D8ConfigError
 */
export function compile(input: CompileInput): PlannedPipeline[] {
  const { build, repo } = input;
  return axesOf(parseFile(build.config).matrix).map((environ, index) => {
    const env = { ...buildEnvironment(repo, build, input.site, index + 1), ...environ };
    const file = parseFile(substitute(build.config, new Map(Object.entries(env))));
    lint(file, repo.trusted);
    const platform = file.platform || 'linux/amd64';
    const plan = planner(input, { ...env, ...input.extra }, { platform, environ });
    return { environ, platform, labels: file.labels, groups: groupsOf(file, plan) };
  });
}

type Plan = (containers: readonly D8Container[], kind?: 'service') => PlannedStep[];

function groupsOf(file: D8File, plan: Plan): PlannedStep[][] {
  const groups: PlannedStep[][] = [];
  const clone = file.clone.length > 0 ? file.clone : [defaultClone];
  for (const one of clone) groups.push(plan([one]));
  if (file.services.length > 0) groups.push(plan(file.services, 'service'));
  let group: string | undefined;
  for (const one of file.pipeline) {
    const steps = plan([one]);
    if (steps.length === 0) continue;
    const beside = one.group !== '' && one.group === group;
    if (beside) groups.at(-1)?.push(...steps);
    else groups.push(steps);
    group = one.group;
  }
  return groups.filter((steps) => steps.length > 0);
}

const defaultClone: D8Container = {
  ...{ name: 'clone', image: 'plugins/git:latest', commands: [], environment: {}, secrets: [] },
  ...{ group: '', detach: false, privileged: false, network_mode: '', when: {} },
};

function planner(
  { repo, build, site, secrets, files }: CompileInput,
  env: Record<string, string>,
  axis: { platform: string; environ: Record<string, string> },
): Plan {
  const matches = (when: D8When): boolean =>
    filterMatches(when.platform, axis.platform) &&
    filterMatches(when.environment, build.deployTo) &&
    filterMatches(when.event, build.event) &&
    filterMatches(when.branch, build.branch) &&
    filterMatches(when.repo, `${repo.owner}/${repo.name}`) &&
    filterMatches(when.ref, build.ref) &&
    filterMatches(when.instance, new URL(site).host) &&
    Object.entries(when.matrix ?? {}).every(([name, value]) => axis.environ[name] === value);
  return (containers, kind) =>
    containers
      .filter((one) => matches(one.when))
      .map((one) => ({
        name: one.name,
        detached: kind === 'service' || one.detach,
        onSuccess: filterMatches(one.when.status, 'success'),
        onFailure: one.when.status !== undefined && filterMatches(one.when.status, 'failure'),
        script: {
          commands: one.commands,
          ...(one.commands.length > 0 ? {} : { prints: printsOf(one, repo, build) }),
          env: { ...one.environment, ...env, ...secretsFor(one, build, secrets) },
          files,
        },
      }));
}

/** Those a step asks for, where event and image allow; an absent one is no error, and nothing hides them in the log. */
function secretsFor(one: D8Container, build: D8Build, secrets: readonly D8Secret[]): Record<string, string> {
  const given: Record<string, string> = {};
  for (const { source, target } of one.secrets) {
    const found = secrets.find((secret) => secret.name.toLowerCase() === source.toLowerCase());
    if (!found || (found.events?.length && !found.events.includes(build.event))) continue;
    const image = one.image.replace(/:[^/]*$/, '');
    if (found.images?.length && !found.images.some((wanted) => wanted.replace(/:[^/]*$/, '') === image))
      continue;
    given[target.toUpperCase()] = found.value;
  }
  return given;
}

/** The clone in git's words; of other plugins only that they were here. */
function printsOf(one: D8Container, repo: D8Repo, build: D8Build): string {
  if (!one.image.startsWith('plugins/git')) return `${one.image} done`;
  const branch = build.branch.replace(/^refs\/heads\//, '');
  return [
    '+ git init',
    `Initialized empty Git repository in /drone/src/${new URL(repo.link).hostname}/${repo.owner}/${repo.name}/.git/`,
    `+ git remote add origin ${repo.clone}`,
    `+ git fetch --no-tags origin +${build.ref}:`,
    `From ${repo.clone.replace(/\.git$/, '')}`,
    ` * branch            ${branch.padEnd(10)} -> FETCH_HEAD`,
    `+ git reset --hard -q ${build.commit}`,
    '+ git submodule update --init --recursive',
  ].join('\n');
}
