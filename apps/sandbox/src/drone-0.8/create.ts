import { compile, type PlannedPipeline } from './compile.ts';
import { D8ConfigError } from './config.ts';
import type { D8Build, D8Proc, D8Repo } from './model.ts';
import type { D8Server } from './server.ts';

/** What a new build is made of; the rest the server adds. */
export type BuildInput = Omit<
  D8Build,
  'id' | 'number' | 'enqueued' | 'created' | 'started' | 'finished' | 'procs' | 'error'
>;

/** A row with the next number, and nothing under it. */
export function newBuild(server: D8Server, repo: D8Repo, input: BuildInput): D8Build {
  repo.counter += 1;
  const now = server.seconds();
  const build: D8Build = {
    ...input,
    id: server.state.nextId('build'),
    number: repo.counter,
    ...{ enqueued: now, created: now, started: 0, finished: 0, error: '', procs: [] },
  };
  server.state.addBuild(build);
  return build;
}

/** @throws D8ConfigError */
export function planFor(
  server: D8Server,
  build: D8Build,
  extra: Record<string, string> = {},
): PlannedPipeline[] {
  const repo = server.repoOf(build);
  const forgeRepo = server.world.forge.repository(repo.owner, repo.name);
  const commit = forgeRepo && server.world.forge.resolve(forgeRepo, build.commit || build.ref);
  return compile({
    ...{ repo, build, extra },
    site: server.settings.host(),
    secrets: server.state.secrets.filter((one) => one.repoId === repo.id),
    files: commit?.files ?? new Map(),
  });
}

/** Final at once, with the reason; no event tells of it. */
export function fail(server: D8Server, build: D8Build, error: D8ConfigError): void {
  build.status = 'error';
  build.started = build.finished = server.seconds();
  build.error = error.message;
}

/** Rows for what was planned: pipelines are numbered first, their steps after all of them. */
export function giveProcs(server: D8Server, build: D8Build, planned: readonly PlannedPipeline[]): void {
  let pid = planned.length;
  for (const [index, plan] of planned.entries()) {
    const number = index + 1;
    const top = newProc(server, build, { pid: number, ppid: 0, pgid: number, environ: plan.environ });
    build.procs.push(top);
    server.plans.set(top.id, plan);
    for (const group of plan.groups) {
      const pgid = pid + 1;
      for (const { name } of group) {
        pid += 1;
        build.procs.push(newProc(server, build, { pid, ppid: number, pgid, name }));
      }
    }
  }
}

function newProc(
  server: D8Server,
  build: D8Build,
  own: Pick<D8Proc, 'pid' | 'ppid' | 'pgid'> & Partial<D8Proc>,
): D8Proc {
  return {
    ...{ id: server.state.nextId('proc'), buildId: build.id, name: '', state: 'pending', error: '' },
    ...{ exitCode: 0, started: 0, stopped: 0, machine: '', environ: {} },
    ...own,
  };
}

/** Parts, event and queue of a build; one whose file cannot be used is final at once instead. */
export function begin(server: D8Server, build: D8Build, how: { counted: boolean; named: boolean }): void {
  try {
    giveProcs(server, build, planFor(server, build));
  } catch (error) {
    if (!(error instanceof D8ConfigError)) throw error;
    fail(server, build, error);
    return;
  }
  enqueue(server, build, how);
}

/**
 * Tells of a new build and gives its pipelines to the queue. The event carries the repository as it was read before the
 * build took its number.
 */
export function enqueue(server: D8Server, build: D8Build, how: { counted: boolean; named: boolean }): void {
  const repo = server.repoOf(build);
  const before = how.counted ? { ...repo, counter: build.number - 1 } : repo;
  server.publish(build, { type: 'enqueued', repo: before });
  for (const top of build.procs.filter((one) => one.ppid === 0)) {
    const plan = server.plans.get(top.id);
    const labels = { ...plan?.labels, platform: plan?.platform ?? '' };
    server.enqueue(build, top, how.named ? { ...labels, repo: `${repo.owner}/${repo.name}` } : labels);
  }
}
