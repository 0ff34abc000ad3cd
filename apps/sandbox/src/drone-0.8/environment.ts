import { type D8Build, type D8Repo, slugOf } from './model.ts';

/** What steps see of a build, as `DRONE_…`. What is empty, nought or false is left out. */
export function buildEnvironment(
  repo: D8Repo,
  build: D8Build,
  site: string,
  job: number,
): Record<string, string> {
  const { event, ref } = build;
  const all: Record<string, string> = {
    CI: 'drone',
    DRONE: 'true',
    DRONE_ARCH: 'linux/amd64',
    DRONE_REPO: slugOf(repo),
    DRONE_REPO_SCM: 'git',
    DRONE_REPO_OWNER: repo.owner,
    DRONE_REPO_NAME: repo.name,
    DRONE_REPO_LINK: repo.link,
    DRONE_REPO_BRANCH: repo.branch,
    DRONE_REPO_PRIVATE: String(repo.private),
    DRONE_REMOTE_URL: repo.clone,
    DRONE_COMMIT: build.commit,
    DRONE_COMMIT_SHA: build.commit,
    DRONE_COMMIT_REF: ref,
    DRONE_COMMIT_REFSPEC: build.refspec,
    DRONE_COMMIT_BRANCH: build.branch,
    DRONE_COMMIT_LINK: build.link,
    DRONE_COMMIT_MESSAGE: build.message,
    DRONE_COMMIT_AUTHOR: build.author,
    DRONE_COMMIT_AUTHOR_EMAIL: build.email,
    DRONE_BRANCH: build.branch,
    DRONE_BUILD_NUMBER: String(build.number),
    DRONE_PARENT_BUILD_NUMBER: String(build.parent),
    DRONE_BUILD_EVENT: event,
    DRONE_BUILD_LINK: `${site}/${slugOf(repo)}/${build.number}`,
    DRONE_BUILD_CREATED: String(build.created),
    DRONE_JOB_NUMBER: String(job),
    DRONE_DEPLOY_TO: build.deployTo,
    DRONE_TAG: ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : '',
    DRONE_PULL_REQUEST: event === 'pull_request' ? (/\d+/.exec(ref)?.[0] ?? '') : '',
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !['', '0', 'false'].includes(value)));
}
