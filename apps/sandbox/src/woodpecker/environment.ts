import type { WpPipeline, WpRepo } from './model.ts';

/** What steps and conditions see of a pipeline, as `CI_…`. */
export function pipelineEnvironment(
  repo: WpRepo,
  pipeline: WpPipeline,
  site: string,
): Record<string, string> {
  const [source = '', target = ''] = pipeline.refspec.split(':');
  const pull = pipeline.event.startsWith('pull_request') ? (/\d+/.exec(pipeline.ref)?.[0] ?? '') : '';
  return {
    CI: 'woodpecker',
    CI_REPO: `${repo.owner}/${repo.name}`,
    CI_REPO_OWNER: repo.owner,
    CI_REPO_NAME: repo.name,
    CI_REPO_DEFAULT_BRANCH: repo.defaultBranch,
    CI_REPO_PRIVATE: String(repo.private),
    CI_COMMIT_SHA: pipeline.commit,
    CI_COMMIT_REF: pipeline.ref,
    CI_COMMIT_REFSPEC: pipeline.refspec,
    CI_COMMIT_BRANCH: pipeline.branch,
    CI_COMMIT_SOURCE_BRANCH: source,
    CI_COMMIT_TARGET_BRANCH: target,
    CI_COMMIT_TAG: pipeline.ref.startsWith('refs/tags/') ? pipeline.ref.slice('refs/tags/'.length) : '',
    CI_COMMIT_MESSAGE: pipeline.message,
    CI_COMMIT_AUTHOR: pipeline.author,
    CI_COMMIT_PULL_REQUEST: pull,
    CI_PIPELINE_NUMBER: String(pipeline.number),
    CI_PIPELINE_PARENT: String(pipeline.parent),
    CI_PIPELINE_EVENT: pipeline.event,
    CI_PIPELINE_URL: `${site}/repos/${repo.id}/pipeline/${pipeline.number}`,
    CI_PIPELINE_DEPLOY_TARGET: pipeline.deployTo,
    CI_PIPELINE_DEPLOY_TASK: pipeline.deployTask,
    CI_PIPELINE_FORGE_URL: pipeline.forgeUrl,
    CI_SYSTEM_NAME: 'woodpecker',
    CI_SYSTEM_URL: site,
    CI_SYSTEM_VERSION: pipeline.version,
    ...(pipeline.deployTask === '' ? {} : { deploy_task: pipeline.deployTask }),
    ...pipeline.extra,
    // On a clash the stored ones win over those given with a restart.
    ...pipeline.variables,
  };
}
