import type { BuildHead, DoctorFinding } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../domain/failure.ts';
import type { CiClient, CiRepository, CiServer } from '../../ports/ci-server.ts';
import type { CiExamination, SignInWay } from '../../ports/examination.ts';
import type { Forge } from '../../ports/forge.ts';
import type { CheckedForge } from './check-forge.ts';
import { checkServer } from './check-server.ts';

const clock = { now: () => 1_000_000_000_000, sleep: async () => {} };
const callbackUrl = 'https://ci.test/auth/server/one/callback';
const way: SignInWay = {
  tried: 'GET login',
  leadsTo: 'https://git.test/login/oauth/authorize',
  comesBackTo: callbackUrl,
  clientId: 'of-the-server',
};

interface Scene {
  way?: Partial<SignInWay>;
  examination?: Partial<CiExamination>;
  oneClick?: boolean;
  oneClickWanted?: boolean;
  publicStands?: boolean;
  client?: Partial<CiClient>;
  told?: string;
  /** Addresses of the other configured forges. */
  others?: string[];
  rule?: 'allowed-host-list' | null;
}

const otherForge = (publicUrl: string): CheckedForge => {
  const forge = { id: publicUrl, name: publicUrl, publicUrl } as unknown as Forge;
  return { examined: { forge, atPublic: forge, clientId: '', redirectUri: '' }, findings: [], told: null };
};

async function findingsOf(scene: Scene = {}): Promise<DoctorFinding[]> {
  const examination: CiExamination = {
    lines: { account: 'GET user', signIn: 'GET login' },
    reach: async () => ({ tried: 'GET version', version: '1', serverTime: clock.now() }),
    account: async () => ({ tried: 'GET user', login: 'bot', administrator: true, machine: true }),
    signIn: async () => ({ ...way, ...scene.way }),
    repositoriesAt: async () => [],
    ...scene.examination,
  };
  const client = { allRepositories: async () => [], builds: async () => [], ...scene.client };
  const server = {
    ...{ id: 'one', examination, as: () => client, oneClick: scene.oneClick === false ? null : {} },
    declaration: { name: 'One', product: 'CI', publicUrl: 'https://one.test', forge: 'git' },
  } as unknown as CiServer;
  const forge = {
    ...{ id: 'git', name: 'Git', publicUrl: 'https://git.test' },
    examination: { webhookRule: scene.rule === undefined ? 'allowed-host-list' : scene.rule },
  } as unknown as Forge;
  const examined = { forge, atPublic: forge, clientId: 'of-the-console', redirectUri: '' };
  const checked: CheckedForge = { examined, findings: [], told: scene.told ?? null };
  return checkServer(
    {
      ...{ server, token: 'made-up', internalUrl: 'http://one:80', callbackUrl },
      oneClickWanted: scene.oneClickWanted ?? scene.oneClick !== false,
    },
    {
      forges: [checked, ...(scene.others ?? []).map(otherForge)],
      publicStands: scene.publicStands ?? true,
      clock,
    },
  );
}

const codes = async (scene?: Scene): Promise<string[]> =>
  (await findingsOf(scene)).map(({ hop, code }) => `${hop} ${code}`);

const repository = (path: string, counter: number) => ({ path, counter, active: true }) as CiRepository;
const build = (event: BuildHead['event'], createdAt: number) => ({ event, createdAt }) as BuildHead;

describe('a CI server’s own forge', () => {
  it.each<[string, Scene, string]>([
    ['the configured one', {}, 'sign-in ok'],
    [
      'the configured one by the name it calls itself',
      { way: { leadsTo: 'https://code.test/login' }, told: 'https://code.test' },
      'sign-in ok',
    ],
    ['with the console’s own client', { way: { clientId: 'of-the-console' } }, 'sign-in shared-client'],
    [
      'by another name, with the forge’s repositories',
      {
        way: { leadsTo: 'http://git:3000/login' },
        examination: { repositoriesAt: async () => ['https://git.test/acme/checkout.git'] },
      },
      'sign-in other-name',
    ],
    [
      'somewhere else',
      {
        way: { leadsTo: 'https://git.test.evil/login' },
        examination: { repositoriesAt: async () => ['https://git.test.evil/a/b.git'] },
      },
      'sign-in elsewhere',
    ],
    ['a form of its own', { way: { leadsTo: null } }, 'sign-in untold'],
    [
      'a form of its own, with the forge’s repositories',
      {
        way: { leadsTo: null },
        examination: { repositoriesAt: async () => ['https://git.test/acme/checkout.git'] },
      },
      'sign-in repositories',
    ],
    [
      'nothing to be had',
      {
        examination: {
          signIn: async () => {
            throw new Failure('ci_error', 'failed', { raw: '500' });
          },
        },
      },
      'sign-in untold',
    ],
  ])('%s', async (_, scene, expected) => expect(await codes(scene)).toContain(expected));

  it.each(['https://git.test', 'https://other.test'])('names no repository of %s', async (address) => {
    const findings = await findingsOf({
      way: { leadsTo: null },
      others: ['https://other.test'],
      examination: { repositoriesAt: async () => [`${address}/acme/hidden.git`] },
    });
    expect(JSON.stringify(findings)).not.toMatch(/hidden/);
    expect(findings.find(({ hop }) => hop === 'sign-in')?.raw).toBe(address);
  });
});

describe('where its sign-in comes back to', () => {
  const itself = { comesBackTo: 'https://one.test/login' };
  it.each<[string, Scene, string]>([
    ['the console', {}, 'return ok'],
    ['itself, with one-click linking', { way: itself }, 'return not-the-console'],
    ['itself, without', { way: itself, oneClick: false }, 'return ok'],
    [
      'itself, with one-click linking that this server cannot do',
      { way: itself, oneClick: false, oneClickWanted: true },
      'return no-one-click',
    ],
    [
      'another address of its own',
      { way: { comesBackTo: 'http://one:80/login' }, oneClick: false },
      'return elsewhere',
    ],
    ['judged by a wrong public address', { way: itself, publicStands: false }, 'return depends'],
    ['untold', { way: { comesBackTo: null } }, 'return untold'],
  ])('%s', async (_, scene, expected) => expect(await codes(scene)).toContain(expected));
});

describe('webhooks', () => {
  const one = async () => [repository('acme/idle', 1), repository('acme/busy', 90)];
  it('have arrived where a push began a build', async () => {
    const client = {
      allRepositories: one,
      builds: async (path: string) => (path === 'acme/busy' ? [build('cron', 5), build('push', 3)] : []),
    };
    expect(await codes({ client })).toContain('webhooks arriving');
  });

  it('stay open where only people and clocks began builds, with the forge’s own setting to look at', async () => {
    const client = { allRepositories: one, builds: async () => [build('cron', 5), build('custom', 9)] };
    expect(await codes({ client })).toContain('webhooks allowed-host-list');
    expect(await codes({ client, rule: null })).toContain('webhooks untold');
  });

  it('are not looked for with a token that has no rights', async () => {
    const account = async () => ({ tried: '', login: 'bot', administrator: false, machine: null });
    const found = await codes({ examination: { account } });
    expect(found).toEqual(expect.arrayContaining(['token no-administrator', 'webhooks depends']));
  });
});
