import type { Core } from '../../core.ts';
import type { CiRepository, CiUser, ForgeRepository } from '../../world/model.ts';

/** Reads a person's repositories from the forge: new rows, stale rights, no rows for what is gone. */
export function syncRepositories(core: Core, user: CiUser): void {
  const { ci, forge, clock } = core.world;
  const now = clock.seconds();
  const listed = forge
    .repositoriesOf(user.login)
    .filter((repo) => !repo.archived)
    .sort((a, b) => (`${a.owner}/${a.name}` < `${b.owner}/${b.name}` ? -1 : 1));
  const uids = new Set(listed.map((repo) => String(repo.id)));
  for (const forgeRepo of listed) {
    const repo = ci.repositories.find((one) => one.uid === String(forgeRepo.id)) ?? addRow(core, forgeRepo);
    repo.private = forgeRepo.private;
    repo.defaultBranch = forgeRepo.defaultBranch;
    const row = ci.permission(user.id, repo);
    // A new row grants reading until the forge is asked at the first request.
    if (row) {
      row.synced = 0;
      row.updated = now;
    } else {
      ci.permissions.push({
        userId: user.id,
        repoUid: repo.uid,
        read: true,
        write: false,
        admin: false,
        synced: 0,
        created: now,
        updated: now,
      });
    }
  }
  ci.permissions = ci.permissions.filter((row) => row.userId !== user.id || uids.has(row.repoUid));
  user.synced = now;
}

function addRow(core: Core, forgeRepo: ForgeRepository): CiRepository {
  const { ci, clock } = core.world;
  const now = clock.seconds();
  const repo: CiRepository = {
    id: ci.nextId('repo'),
    uid: String(forgeRepo.id),
    userId: 0,
    namespace: forgeRepo.owner,
    name: forgeRepo.name,
    slug: `${forgeRepo.owner}/${forgeRepo.name}`,
    defaultBranch: forgeRepo.defaultBranch,
    private: forgeRepo.private,
    visibility: forgeRepo.private ? 'private' : 'public',
    active: false,
    configPath: '',
    trusted: false,
    protected: false,
    ignoreForks: false,
    ignorePullRequests: false,
    autoCancelPullRequests: false,
    autoCancelPushes: false,
    autoCancelRunning: false,
    timeout: 0,
    throttle: 0,
    counter: 0,
    synced: now,
    created: now,
    updated: now,
    version: 1,
    signingKey: undefined,
  };
  ci.repositories.push(repo);
  return repo;
}

/** Makes a repository active, owned by the caller, with a hook on the forge. */
export function enableRepository(core: Core, repo: CiRepository, user: CiUser): void {
  repo.userId = user.id;
  repo.active = true;
  if (repo.configPath === '') repo.configPath = '.drone.yml';
  if (repo.timeout === 0) repo.timeout = 60;
  repo.signingKey ??= core.world.random.text(32);
  repo.version += 1;
  setHook(core, repo);
}

/** As the forge lists them: it spells the kinds of pull request events out. */
const HOOK_EVENTS = [
  'delete',
  'pull_request',
  'create',
  'pull_request_review',
  'pull_request_review_request',
  'pull_request_sync',
  'push',
  'pull_request_assign',
  'pull_request_comment',
  'pull_request_label',
  'pull_request_milestone',
];

/** One hook of the server's per repository, made anew each time. */
export function setHook(core: Core, repo: CiRepository): void {
  const { forge, addresses, clock } = core.world;
  const forgeRepo = forge.repositoryById(Number(repo.uid));
  if (!forgeRepo) return;
  forgeRepo.hooks = forgeRepo.hooks.filter((hook) => !hook.url.startsWith(`${addresses.drone}/hook`));
  forgeRepo.hooks.push({
    id: forge.nextId(),
    url: `${addresses.drone}/hook?secret=${(repo.signingKey ?? '').slice(0, 16)}`,
    events: HOOK_EVENTS,
    active: true,
    createdAt: clock.now(),
  });
}
