import { D8ConfigError } from './config.ts';
import { begin, enqueue, fail, giveProcs, newBuild, planFor } from './create.ts';
import { type D8Build, type D8Proc, type D8Repo, type D8User, d8Events, isOpen } from './model.ts';
import type { D8Server } from './server.ts';

/** A refusal with the status and words of the real server; an empty text is an empty body. */
export class D8Refusal extends Error {
  constructor(
    readonly status: number,
    message = '',
  ) {
    super(message);
  }
}

/** A new build that its pipeline file forbids: what the call answers with 500. Its row stays `pending` for ever. */
export class D8Broken extends Error {
  constructor(readonly build: D8Build) {
    super(build.error);
  }
}

export interface Again {
  /** Undefined, or a word that is no event: the old one's. */
  event: string | undefined;
  deployTo: string | undefined;
  /** Every other key of the query: environment of the steps, stored nowhere. */
  extra: Record<string, string>;
}

/**
 * A build again, or as a deployment: the stored file, filtered anew. Nobody is recorded, and nothing holds it.
 * @throws D8Refusal, D8Broken
 */
export function restart(server: D8Server, repo: D8Repo, old: D8Build, wanted: Again): D8Build {
  if (!server.state.users.some((one) => one.id === repo.userId)) throw new D8Refusal(500);
  if (old.status === 'declined' || old.status === 'blocked')
    throw new D8Refusal(500, `cannot restart a build with status ${old.status}`);
  const build = newBuild(server, repo, {
    ...old,
    parent: old.number,
    status: 'pending',
    event: d8Events.find((one) => one === wanted.event) ?? old.event,
    deployTo: wanted.deployTo ?? old.deployTo,
  });
  try {
    giveProcs(server, build, planFor(server, build, wanted.extra));
  } catch (error) {
    if (!(error instanceof D8ConfigError)) throw error;
    const told = { ...build };
    fail(server, told, error);
    throw new D8Broken(told);
  }
  return build;
}

/** After the answer: the event and the queue. */
export const restarted = (server: D8Server, build: D8Build): void =>
  enqueue(server, build, { counted: true, named: false });

/** @throws D8Refusal, which says "decline" of both. */
function review(server: D8Server, build: D8Build, caller: D8User, status: 'pending' | 'declined'): void {
  if (build.status !== 'blocked')
    throw new D8Refusal(500, `cannot decline a build with status ${build.status}`);
  build.status = status;
  build.reviewed = server.seconds();
  build.reviewer = caller.login;
}

/** The answer shows the build without its parts: `approved` makes them. */
export const approve = (server: D8Server, build: D8Build, caller: D8User): void =>
  review(server, build, caller, 'pending');

export const approved = (server: D8Server, build: D8Build): void =>
  begin(server, build, { counted: false, named: false });

/** No event tells of it. */
export const decline = (server: D8Server, build: D8Build, caller: D8User): void =>
  review(server, build, caller, 'declined');

function kill(server: D8Server, proc: D8Proc): void {
  proc.state = 'killed';
  proc.exitCode = 137;
  proc.stopped = server.seconds();
  if (proc.started === 0) proc.started = proc.stopped;
}

/**
 * Ends one pipeline: its own row, and its agent hears of it. Build and steps are left to the agent's report, and no
 * event is sent.
 * @throws D8Refusal for all that does not run, what waits included
 */
export function cancel(server: D8Server, proc: D8Proc): void {
  if (proc.state !== 'running') throw new D8Refusal(400, 'Cannot cancel a non-running build');
  kill(server, proc);
  server.queue.cancel(proc.id);
}

/** For a build whose agent is gone: every row that is open, whatever the agent says. @throws D8Refusal */
export function killZombie(server: D8Server, build: D8Build): void {
  if (build.status !== 'running') throw new D8Refusal(400, 'Cannot force cancel a non-running build');
  for (const proc of build.procs) {
    if (isOpen(proc)) kill(server, proc);
    server.queue.cancel(proc.id);
  }
  build.status = 'killed';
  build.finished = server.seconds();
}
