import {
  type D8Build,
  type D8Proc,
  type D8Registry,
  type D8Repo,
  type D8Secret,
  type D8User,
  slugOf,
  stepsOf,
} from '../../drone-0.8/model.ts';

/** Without keys whose value says nothing, as Go's `omitempty` leaves them out. */
const filled = (shape: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== '' && value !== 0));

export const userShape = (user: D8User, isAdmin: boolean): object => ({
  id: user.id,
  login: user.login,
  email: user.email,
  avatar_url: user.avatar,
  active: user.active,
  synced: user.synced,
  ...(isAdmin ? { admin: true } : {}),
});

export const repoShape = (repo: D8Repo): object => ({
  ...filled({
    id: repo.id,
    owner: repo.owner,
    name: repo.name,
    full_name: slugOf(repo),
    avatar_url: repo.avatar,
    link_url: repo.link,
    scm: 'git',
    clone_url: repo.clone,
    default_branch: repo.branch,
    timeout: repo.timeout,
  }),
  visibility: repo.visibility,
  private: repo.private,
  trusted: repo.trusted,
  gated: repo.gated,
  active: repo.active,
  allow_pr: repo.allowPull,
  allow_push: repo.allowPush,
  allow_deploys: repo.allowDeploy,
  allow_tags: repo.allowTag,
  last_build: repo.counter,
  config_file: repo.config,
});

export const procShape = (proc: D8Proc, children: readonly D8Proc[] = []): object => ({
  id: proc.id,
  build_id: proc.buildId,
  pid: proc.pid,
  ppid: proc.ppid,
  pgid: proc.pgid,
  name: proc.name,
  state: proc.state,
  ...(proc.error === '' ? {} : { error: proc.error }),
  exit_code: proc.exitCode,
  ...filled({ start_time: proc.started, end_time: proc.stopped, machine: proc.machine }),
  ...(Object.keys(proc.environ).length > 0 ? { environ: proc.environ } : {}),
  ...(children.length > 0 ? { children: children.map((one) => procShape(one)) } : {}),
});

/** What an event says of a single part: always this. */
export const noProc: object = procShape({
  ...{ id: 0, buildId: 0, pid: 0, ppid: 0, pgid: 0, name: '', error: '', exitCode: 0 },
  ...{ started: 0, stopped: 0, machine: '', environ: {} },
  state: '' as D8Proc['state'],
});

/** @param procs as a tree, side by side, or not at all */
export function buildShape(build: D8Build, procs: 'tree' | 'flat' | 'none'): object {
  const parts =
    procs === 'none'
      ? []
      : procs === 'flat'
        ? build.procs.map((one) => procShape(one))
        : build.procs.filter((one) => one.ppid === 0).map((one) => procShape(one, stepsOf(build, one)));
  return {
    id: build.id,
    number: build.number,
    parent: build.parent,
    event: build.event,
    status: build.status,
    error: build.error,
    enqueued_at: build.enqueued,
    created_at: build.created,
    started_at: build.started,
    finished_at: build.finished,
    deploy_to: build.deployTo,
    commit: build.commit,
    branch: build.branch,
    ref: build.ref,
    refspec: build.refspec,
    remote: '',
    title: build.title,
    message: build.message,
    timestamp: build.timestamp,
    sender: build.sender,
    author: build.author,
    author_avatar: build.avatar,
    author_email: build.email,
    link_url: build.link,
    signed: false,
    verified: true,
    reviewed_by: build.reviewer,
    reviewed_at: build.reviewed,
    ...(parts.length > 0 ? { procs: parts } : {}),
  };
}

/** A build in a feed; of a repository without one its name alone. */
export const feedShape = (repo: D8Repo, build: D8Build | undefined): object => ({
  owner: repo.owner,
  name: repo.name,
  full_name: slugOf(repo),
  ...(build
    ? filled({
        number: build.number,
        event: build.event,
        status: build.status,
        created_at: build.created,
        started_at: build.started,
        finished_at: build.finished,
        commit: build.commit,
        branch: build.branch,
        ref: build.ref,
        refspec: build.refspec,
        title: build.title,
        message: build.message,
        author: build.author,
        author_avatar: build.avatar,
        author_email: build.email,
      })
    : {}),
});

export const secretShape = ({ id, name, images, events }: D8Secret): object => ({
  ...{ id, name, image: images, event: events },
});

/** The password never; e-mail and token as they are. */
export const registryShape = ({
  id,
  address,
  username,
  email,
  token,
}: Omit<D8Registry, 'repoId'>): object => ({
  ...{ id, address, username, password: '', email, token },
});
