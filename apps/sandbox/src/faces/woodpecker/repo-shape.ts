import type { WpRepo } from '../../woodpecker/model.ts';
import { forgeRepoOf } from '../../woodpecker/perms.ts';
import type { WpServer } from '../../woodpecker/server.ts';
import type { ForgeRepository } from '../../world/model.ts';

/** A repository that the server knows. */
export function repoShape(server: WpServer, repo: WpRepo, lastPipeline?: object): object {
  const forgeRepo = forgeRepoOf(server, repo);
  return {
    id: repo.id,
    ...place(server, repo.forgeRemoteId, repo.orgId, repo.owner, repo.name),
    default_branch: repo.defaultBranch,
    pr_enabled: true,
    timeout: repo.timeout,
    visibility: repo.visibility,
    private: repo.private,
    trusted: { ...repo.trusted },
    require_approval: repo.approval,
    approval_allowed_users: repo.approvalAllowedUsers,
    active: repo.active,
    allow_pr: repo.allowPull,
    allow_deploy: repo.allowDeploy,
    config_file: repo.configFile,
    cancel_previous_pipeline_events: repo.cancelPrevious,
    netrc_trusted: repo.netrcTrusted,
    config_extension_endpoint: repo.configExtension.endpoint,
    config_extension_exclusive: repo.configExtension.exclusive,
    config_extension_netrc: repo.configExtension.netrc,
    registry_extension_endpoint: repo.registryExtension.endpoint,
    registry_extension_netrc: repo.registryExtension.netrc,
    secret_extension_endpoint: repo.secretExtension.endpoint,
    secret_extension_netrc: repo.secretExtension.netrc,
    has_no_forge_repo: forgeRepo ? undefined : true,
    last_pipeline: lastPipeline,
  };
}

/** One that was never activated: what the forge says, and nothing of the server's own. */
export function unknownRepoShape(server: WpServer, repo: ForgeRepository): object {
  return {
    ...place(server, String(repo.id), 0, repo.owner, repo.name),
    default_branch: repo.defaultBranch,
    pr_enabled: true,
    visibility: '',
    private: repo.private,
    trusted: { network: false, volumes: false, security: false },
    require_approval: '',
    approval_allowed_users: null,
    active: false,
    allow_pr: false,
    allow_deploy: false,
    config_file: '',
    cancel_previous_pipeline_events: null,
    netrc_trusted: null,
    config_extension_endpoint: '',
    config_extension_exclusive: false,
    config_extension_netrc: false,
    registry_extension_endpoint: '',
    registry_extension_netrc: false,
    secret_extension_endpoint: '',
    secret_extension_netrc: false,
  };
}

function place(server: WpServer, forgeId: string, orgId: number, owner: string, name: string): object {
  const { addresses, forge, sshHost } = server.world;
  const avatar = (forge.organisation(owner) ?? forge.user(owner))?.avatar ?? '';
  const url = `${addresses.gitea}/${owner}/${name}`;
  return {
    forge_id: 1,
    forge_remote_id: forgeId,
    org_id: orgId,
    owner,
    name,
    full_name: `${owner}/${name}`,
    avatar_url: `${addresses.gitea}/avatars/${avatar}`,
    forge_url: url,
    clone_url: `${url}.git`,
    clone_url_ssh: `${sshHost}:${owner}/${name}.git`,
  };
}
