import { serviceLogin } from '../servers/further.ts';
import type { WoodpeckerInstance } from '../servers/woodpecker.ts';
import type { WpEvent, WpRepo } from '../woodpecker/model.ts';
import { syncUser } from '../woodpecker/perms.ts';
import { activate, addUser } from '../woodpecker/repositories.ts';
import { addCommit } from '../world/git.ts';
import { addOrganisation, addRepository, type RepositoryRequest } from '../world/people.ts';
import * as files from './woodpecker-files.ts';

const { scripts } = files;

/** The organisation whose repositories this server builds. */
export const ops = 'ops';

type DemoRepository = Omit<RepositoryRequest, 'owner'> & {
  files: Record<string, string>;
  settings: Partial<WpRepo>;
};

const repositories: DemoRepository[] = [
  {
    name: 'api-gateway',
    description: 'The way in 入口网关',
    collaborators: { grace: 'write', wei: 'write', linus: 'read' },
    files: { ...files.gateway, 'ci/lint.sh': scripts.lintGood, 'ci/test.sh': scripts.testGood },
    settings: {},
  },
  {
    name: 'shop-deploy',
    description: 'Images and roll-outs of the shop 商城发布',
    private: true,
    collaborators: { grace: 'write', wei: 'write' },
    files: { ...files.shop, 'ci/check.sh': scripts.checkGood },
    settings: { allowDeploy: true },
  },
  {
    name: 'cluster-config',
    description: '集群配置',
    private: true,
    collaborators: { wei: 'write', grace: 'write', linus: 'read' },
    files: files.cluster,
    settings: { approval: 'all_events' },
  },
  {
    name: 'video-encoder',
    description: 'Product films',
    collaborators: { wei: 'admin', grace: 'write' },
    files: {
      ...files.encoder,
      ...files.encoderReport,
      'ci/encode.sh': scripts.encodeGood,
    },
    // A run whose agent died is to stay as it is when the next one comes.
    settings: { cancelPrevious: [] },
  },
];

/** Known to the forge only: its owner has not activated it. */
const inactive = 'runbooks';

/** Accounts of the demo's people; the first is the administrator. Nobody else has signed in yet. */
export function woodpeckerAccounts({ server }: WoodpeckerInstance): void {
  for (const login of ['ada', 'grace', 'wei', 'linus', 'carol']) addUser(server, login, login === 'ada');
  addUser(server, serviceLogin, true);
}

/** The organisation, its repositories, their settings and secrets. */
export function woodpeckerPeople({ server }: WoodpeckerInstance): void {
  const { world, state } = server;
  addOrganisation(world, ops, 'Operations 运维', ['ada']);
  const ada = state.user('ada');
  if (!ada) throw new Error('the demo has no ada');
  for (const { files: content, settings, ...request } of repositories) {
    const repo = addRepository(world, { ...request, owner: ops });
    const author = request.collaborators?.wei === 'admin' ? 'wei' : 'ada';
    const first = { 'README.md': `# ${request.name}\n`, ...content };
    addCommit(world, { repo, branch: 'main', message: 'Initial commit', author, files: first });
    Object.assign(activate(server, repo, ada), settings);
  }
  const still = addRepository(world, { owner: ops, name: inactive, description: '值班手册' });
  addCommit(world, {
    ...{ repo: still, branch: 'main', message: 'Initial commit', author: 'ada' },
    files: files.cluster,
  });
  secret(server, 'shop-deploy', 'registry_token', 'made-up-registry-token', [
    'push',
    'tag',
    'manual',
    'cron',
  ]);
  secret(server, 'shop-deploy', 'kube_token', 'made-up-kube-token', ['deployment']);
  for (const user of state.users) syncUser(server, user);
}

function secret(
  { state }: WoodpeckerInstance['server'],
  name: string,
  key: string,
  value: string,
  events: WpEvent[],
): void {
  const repoId = state.repoBySlug(`${ops}/${name}`)?.id ?? 0;
  const row = {
    id: state.nextId('secret'),
    orgId: 0,
    repoId,
    name: key,
    value,
    images: null,
    events,
    note: '',
  };
  state.secrets.push(row);
}
