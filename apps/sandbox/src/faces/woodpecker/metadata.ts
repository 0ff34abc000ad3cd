import type { WpPipeline, WpRepo } from '../../woodpecker/model.ts';
import type { WpServer } from '../../woodpecker/server.ts';

const some = <T extends string | number>(value: T): T | undefined =>
  value === '' || value === 0 ? undefined : value;

/** What a workflow would see, as the page for debugging has it; pipelines look otherwise here than everywhere else. */
export function metadataShape(server: WpServer, repo: WpRepo, pipeline: WpPipeline): object {
  const { addresses, sshHost } = server.world;
  const url = `${addresses.gitea}/${repo.owner}/${repo.name}`;
  const host = server.settings.host();
  const previous = server.state
    .pipelinesOf(repo.id)
    .find((one) => one.number < pipeline.number && one.branch === pipeline.branch);
  const trusted = Object.fromEntries(Object.entries(repo.trusted).filter(([, yes]) => yes));
  return {
    repo: {
      id: repo.id,
      name: repo.name,
      owner: repo.owner,
      org_id: repo.orgId,
      remote_id: repo.forgeRemoteId,
      forge_url: url,
      clone_url: `${url}.git`,
      clone_url_ssh: `${sshHost}:${repo.owner}/${repo.name}.git`,
      default_branch: repo.defaultBranch,
      private: repo.private || undefined,
      trusted,
    },
    curr: runShape(pipeline),
    prev: previous ? runShape(previous) : { commit: { author: {} }, release: {} },
    workflow: {},
    step: {},
    sys: { name: 'woodpecker', host: new URL(host).host, url: host, version: server.release },
    forge: { type: 'gitea', url: addresses.gitea },
  };
}

function runShape(pipeline: WpPipeline): object {
  return {
    number: pipeline.number,
    created: pipeline.created,
    started: some(pipeline.started),
    finished: some(pipeline.finished),
    status: pipeline.status,
    event: pipeline.event,
    forge_url: pipeline.forgeUrl,
    target: some(pipeline.deployTo),
    task: some(pipeline.deployTask),
    commit: {
      sha: pipeline.commit,
      ref: pipeline.ref,
      refspec: some(pipeline.refspec),
      branch: some(pipeline.branch),
      message: some(pipeline.message),
      timestamp: some(pipeline.timestamp),
      author: { name: some(pipeline.author), email: some(pipeline.email) },
      changed_files: pipeline.changedFiles.length > 0 ? pipeline.changedFiles : undefined,
    },
    parent: some(pipeline.parent),
    release: {},
    author: some(pipeline.author),
    avatar: some(pipeline.avatar),
  };
}
