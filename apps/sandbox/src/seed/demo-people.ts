import type { Core } from '../core.ts';
import { enableRepository, syncRepositories } from '../faces/drone/sync.ts';
import { people } from '../people.ts';
import { addCommit } from '../world/git.ts';
import type { CiRepository, ForgeRepository } from '../world/model.ts';
import {
  addCiUser,
  addOrganisation,
  addPerson,
  addRepository,
  type RepositoryRequest,
} from '../world/people.ts';
import { serviceToken } from './credentials.ts';
import * as files from './demo-files.ts';

const { scripts } = files;

const repositories: (RepositoryRequest & { pipeline?: string })[] = [
  {
    owner: 'acme',
    name: 'checkout',
    description: 'Cart and payment 购物车与支付',
    collaborators: { grace: 'write', wei: 'write', linus: 'read' },
    pipeline: files.checkout,
  },
  {
    owner: 'acme',
    name: 'storefront',
    description: 'The shop 商城前端',
    private: true,
    collaborators: { grace: 'write', linus: 'read' },
    pipeline: files.storefront,
  },
  {
    owner: 'acme',
    name: 'infra',
    description: 'Terraform of everything',
    private: true,
    collaborators: { linus: 'read', wei: 'write' },
    pipeline: files.infra,
  },
  {
    owner: 'acme',
    name: 'load-tests',
    description: 'Logs of every size',
    collaborators: { grace: 'write', linus: 'read' },
    pipeline: files.loadTests,
  },
  {
    owner: 'acme',
    name: 'docs-site',
    description: '产品文档',
    collaborators: { wei: 'write' },
    pipeline: files.docsSite,
  },
  {
    owner: 'mobile',
    name: 'ios-wallet',
    description: '钱包 iOS 客户端',
    private: true,
    collaborators: { wei: 'write', ada: 'read' },
    pipeline: files.wallet,
  },
  {
    owner: 'data',
    name: 'etl-nightly',
    description: '夜间数据装载',
    private: true,
    collaborators: { grace: 'read', ada: 'write' },
    pipeline: files.etl,
  },
  { owner: 'oss', name: 'tinyqueue', description: 'A queue in 90 lines', pipeline: files.library },
];

export const ciToken = (login: string): string => `sandbox${login}tokenmadeup`.padEnd(32, '0').slice(0, 32);

/** People, organisations, repositories, accounts and rights; what the demo's history then plays on. */
export function demoPeople(core: Core): void {
  const { world } = core;
  for (const { login, name, password } of people('demo')) {
    addPerson(world, { login, password, fullName: name, language: login === 'wei' ? 'zh-CN' : 'en-US' });
  }
  addPerson(world, { login: 'carol', password: 'carol-sandbox', fullName: 'Carol Shaw' });
  addOrganisation(world, 'acme', 'Acme 商城', ['ada']);
  addOrganisation(world, 'mobile', 'Mobile Team', ['grace']);
  addOrganisation(world, 'data', '数据组', ['wei']);
  addOrganisation(world, 'oss', 'Open Source', ['carol']);
  for (const { pipeline, ...request } of repositories) {
    const repo = addRepository(world, request);
    firstCommit(core, repo, pipeline);
  }
  for (const login of ['ada', 'grace', 'linus', 'wei', 'carol']) {
    const user = addCiUser(world, { login, token: ciToken(login), admin: login === 'ada' });
    syncRepositories(core, user);
  }
  addCiUser(world, { login: 'flightdeck', token: serviceToken, admin: true, machine: true });
  activate(core);
  // After everybody's sync: the CI server does not know it yet.
  firstCommit(
    core,
    addRepository(world, {
      owner: 'data',
      name: 'warehouse',
      description: '新数仓',
      private: true,
      collaborators: { ada: 'admin', grace: 'write' },
    }),
    files.docsSite,
  );
}

function firstCommit(core: Core, repo: ForgeRepository, pipeline: string | undefined): void {
  addCommit(core.world, {
    repo,
    branch: 'main',
    message: 'Initial commit',
    author: core.world.forge.organisation(repo.owner)?.owners[0] ?? 'ada',
    files: {
      'README.md': `# ${repo.name}\n\n${repo.description}\n`,
      ...(pipeline ? { '.drone.yml': pipeline } : {}),
      'ci/lint.sh': scripts.lintGood,
      'ci/test.sh': scripts.testGood,
      'ci/e2e.sh': scripts.e2eGood,
      'ci/plan.sh': scripts.plan,
      'ci/apply.sh': scripts.apply,
      'ci/extract.sh': scripts.extract,
      'ci/transform.sh': scripts.transform,
      'ci/odd.sh': scripts.odd,
    },
  });
}

function activate(core: Core): void {
  const owners: Record<string, string> = { acme: 'ada', mobile: 'grace', data: 'wei', oss: 'carol' };
  for (const repo of core.world.ci.repositories) {
    const owner = core.world.ci.user(owners[repo.namespace] ?? '');
    if (owner && repo.slug !== 'acme/docs-site') enableRepository(core, repo, owner);
  }
  const infra = core.world.ci.repositoryBySlug('acme/infra');
  if (infra) infra.protected = true;
  const wallet = core.world.ci.repositoryBySlug('mobile/ios-wallet');
  if (wallet) wallet.autoCancelPushes = true;
  secret(core, 'acme/checkout', 'upload_token', 'made-up-upload-token-4711');
  secret(core, 'acme/checkout', 'deploy_token', 'made-up-deploy-token-0815');
  secret(
    core,
    'acme/storefront',
    'dockerconfigjson',
    '{"auths":{"registry.example.test":{"auth":"bWFkZTp1cA=="}}}',
    true,
  );
  secret(core, 'mobile/ios-wallet', 'apple_id', 'made-up@example.test');
}

function secret(core: Core, slug: string, name: string, data: string, pullRequest = false): void {
  const repo: CiRepository | undefined = core.world.ci.repositoryBySlug(slug);
  if (!repo) return;
  core.world.ci.secrets.push({
    id: core.world.ci.nextId('secret'),
    repoId: repo.id,
    namespace: '',
    name,
    data,
    pullRequest,
    pullRequestPush: false,
  });
}
