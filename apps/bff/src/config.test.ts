import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectations } from './config/expectations.ts';
import { settingsSchema } from './config/schema.ts';
import { leavesOf, variableOf } from './config/walk.ts';
import { type Config, ConfigFaults, readConfig } from './config.ts';

const kinds = { forges: ['gitea', 'gogs'], forgesWithoutOAuth: ['gogs'], servers: ['drone'] };
const good = {
  FLIGHTDECK_PUBLIC_URL: 'http://ci.lan:8080/ci',
  FLIGHTDECK_FORGE_GITEA_PUBLIC_URL: 'http://git.lan/gitea/',
  FLIGHTDECK_FORGE_GITEA_CLIENT_ID: 'made-up-id',
  FLIGHTDECK_FORGE_GITEA_CLIENT_SECRET: 'made-up-secret',
  FLIGHTDECK_SERVER_DRONE_PUBLIC_URL: 'http://drone.lan',
  FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN: 'made-up-token',
};
const read = (env: Record<string, string | undefined>): Config => readConfig({ env, kinds });
/** Setting or variable → what is wrong with it. */
function textOf(env: Record<string, string | undefined>): string {
  try {
    read(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('no fault was found');
}

function faultsOf(env: Record<string, string | undefined>): Record<string, string> {
  try {
    read(env);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    return Object.fromEntries(error.faults.map((fault) => [fault.setting ?? fault.variable, fault.what]));
  }
  return {};
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flightdeck-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('settings', () => {
  it('of a forge without an OAuth provider have neither client id nor secret', () => {
    const {
      FLIGHTDECK_FORGE_GITEA_CLIENT_ID: _id,
      FLIGHTDECK_FORGE_GITEA_CLIENT_SECRET: _secret,
      ...rest
    } = good;
    const gogs = { ...rest, FLIGHTDECK_FORGE_GITEA_KIND: 'gogs' };
    expect(read(gogs).forges).toMatchObject([{ kind: 'gogs', clientId: '', clientSecret: '' }]);
    expect(
      faultsOf({ ...gogs, FLIGHTDECK_FORGE_GITEA_CLIENT_ID: 'x', FLIGHTDECK_FORGE_GITEA_SCOPES: 'api' }),
    ).toEqual({ 'forges[0].clientId': 'unknown', 'forges[0].scopes': 'unknown' });
    expect(faultsOf(rest)).toEqual({ 'forges[0].clientId': 'missing', 'forges[0].clientSecret': 'missing' });
  });

  it('come from variables alone', () => {
    const config = read(good);
    expect(config).toMatchObject({
      publicUrl: 'http://ci.lan:8080/ci/',
      origin: 'http://ci.lan:8080',
      basePath: '/ci/',
      secure: false,
      listen: { host: '0.0.0.0', port: 8080 },
      defaultLanguage: 'en',
      defaultKey: true,
      forges: [
        {
          id: 'gitea',
          kind: 'gitea',
          name: 'gitea',
          publicUrl: 'http://git.lan/gitea',
          internalUrl: 'http://git.lan/gitea',
        },
      ],
      servers: [{ id: 'drone', forge: 'gitea', serviceToken: 'made-up-token', oneClickLink: false }],
    });
    expect(config.limits.http.urlBytes).toBe(4096);
  });

  it.each([
    ['https://ci.example.com', '/', true],
    ['https://ci.example.com/', '/', true],
    ['http://ci.lan/a/b/', '/a/b/', false],
    ['HTTP://CI.lan/Ci', '/Ci/', false],
  ])('%s lies at %s', (url, basePath, secure) => {
    expect(read({ ...good, FLIGHTDECK_PUBLIC_URL: url })).toMatchObject({ basePath, secure });
  });

  it('come from a file, over which variables lie; paths in it are relative to it', () => {
    const secret = file('client-secret', 'made-up-from-file\n');
    const yaml = file(
      'flightdeck.yaml',
      `publicUrl: https://ci.example.com/
dataDir: ./state
trustProxy: [10.0.0.0/8]
forges:
  - { id: git, kind: gitea, publicUrl: https://git.example.com, internalUrl: http://gitea:3000, clientId: a, clientSecretFile: client-secret }
  - { id: old-git, kind: gitea, publicUrl: https://old.example.com, clientId: b, clientSecret: c }
servers:
  - { id: drone, kind: drone, forge: git, publicUrl: https://drone.example.com, serviceToken: t }
limits: { rates: { writes: 7 } }
`,
    );
    expect(secret).toContain(folder);
    const config = read({
      FLIGHTDECK_CONFIG: yaml,
      FLIGHTDECK_LISTEN_PORT: '9000',
      FLIGHTDECK_FORGE_OLD_GIT_CLIENT_ID: 'from-variable',
      FLIGHTDECK_LIMITS_SESSION_IDLE_MS: '60000',
    });
    expect(config).toMatchObject({
      dataDir: join(folder, 'state'),
      listen: { port: 9000 },
      trustProxy: ['10.0.0.0/8'],
      limits: { rates: { writes: 7, reads: 300 }, session: { idleMs: 60_000 } },
    });
    expect(config.forges).toMatchObject([
      { id: 'git', clientSecret: 'made-up-from-file', internalUrl: 'http://gitea:3000' },
      { id: 'old-git', clientId: 'from-variable' },
    ]);
  });

  it('have a variable each, no two the same, and a sentence in both languages', () => {
    const leaves = leavesOf(settingsSchema);
    const variables = leaves.map((leaf) => variableOf(leaf.path));
    expect(new Set(variables).size).toBe(variables.length);
    for (const leaf of leaves) {
      expect(expectations[leaf.expects].en, leaf.path.join('.')).not.toBe('');
      expect(expectations[leaf.expects].zh, leaf.path.join('.')).toMatch(/\p{Script=Han}|^en 或/u);
    }
    expect(variables).toContain('FLIGHTDECK_LIMITS_HTTP_URL_BYTES');
  });
});

describe('faults', () => {
  it('are all told at once, by file name and variable, with what it should be in both languages', () => {
    const env = {
      ...good,
      FLIGHTDECK_PUBLIC_URL: 'ci.lan',
      FLIGHTDECK_LISTEN_PORT: 'eighty',
      FLIGHTDECK_FORGE_GITEA_CLIENT_ID: undefined,
      FLIGHTDECK_FORGE_GITEA_CLIENT_SECRET: undefined,
      FLIGHTDECK_SERVER_DRONE_FORGE: 'github',
      FLIGHTDECK_DEFAULT_LANGUAGE: 'fr',
      FLIGHTDECK_LOG_LEVLE: 'debug',
      FLIGHTDECK_TRUST_PROXY: '*',
      FLIGHTDECK_LIMITS_RATES_WRITES: '0',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    };
    expect(faultsOf(env)).toEqual({
      publicUrl: 'wrong',
      'listen.port': 'wrong',
      'forges[0].clientId': 'missing',
      'forges[0].clientSecret': 'missing',
      'servers[0].forge': 'noForge',
      defaultLanguage: 'wrong',
      FLIGHTDECK_LOG_LEVLE: 'unknown',
      trustProxy: 'everybody',
      'limits.rates.writes': 'wrong',
      NODE_TLS_REJECT_UNAUTHORIZED: 'tls',
    });
    expect(() => read(env)).toThrow(/10 settings are wrong[\s\S]*10 项设置有误/);
    expect(() => read(env)).toThrow(
      /publicUrl {2}\/ {2}FLIGHTDECK_PUBLIC_URL\n.*is wrong\. It should be the address browsers use/,
    );
    expect(() => read(env)).toThrow(/forges\[0\]\.clientId {2}\/ {2}FLIGHTDECK_FORGE_GITEA_CLIENT_ID/);
  });

  it('are what an empty environment has: the three things that cannot be guessed', () => {
    expect(faultsOf({})).toEqual({ publicUrl: 'missing', forges: 'missing', servers: 'missing' });
  });

  it.each([
    'http://user:pass@ci.lan',
    'http://ci.lan/?a=b',
    'http://ci.lan/#x',
    'ftp://ci.lan',
    'http://',
    '//ci.lan',
    'javascript:alert(1)',
  ])('has no address %s', (url) => {
    expect(faultsOf({ ...good, FLIGHTDECK_PUBLIC_URL: url })).toEqual({ publicUrl: 'wrong' });
  });

  it('never repeat a value: it may be a secret in the wrong place', () => {
    expect(() => read({ ...good, FLIGHTDECK_LISTEN_PORT: 'CANARY-secret' })).toThrow(ConfigFaults);
    expect(() => read({ ...good, FLIGHTDECK_LISTEN_PORT: 'CANARY-secret' })).not.toThrow(/CANARY/);
  });

  it.each(['sign-in', 'repos', 'api', 'auth', 'account', 'r', 'environments'])(
    'no server is called %s',
    (id) => {
      const env: Record<string, string | undefined> = { ...good };
      env[`FLIGHTDECK_SERVER_${id.toUpperCase().replaceAll('-', '_')}_KIND`] = 'drone';
      env[`FLIGHTDECK_SERVER_${id.toUpperCase().replaceAll('-', '_')}_PUBLIC_URL`] = 'http://x.lan';
      env[`FLIGHTDECK_SERVER_${id.toUpperCase().replaceAll('-', '_')}_SERVICE_TOKEN`] = 'made-up';
      expect(faultsOf(env)).toEqual({ 'servers[1].id': 'page' });
    },
  );

  it('a forge and a server do not share an id, and a product must be known', () => {
    const yaml = file(
      'twice.yaml',
      JSON.stringify({
        publicUrl: 'http://ci.lan',
        forges: [{ id: 'main', kind: 'gitea', publicUrl: 'http://a.lan', clientId: 'a', clientSecret: 'b' }],
        servers: [
          { id: 'main', kind: 'jenkins', publicUrl: 'http://b.lan', serviceToken: 'c', colour: 'red' },
        ],
      }),
    );
    expect(faultsOf({ FLIGHTDECK_CONFIG: yaml })).toEqual({
      'servers[0].id': 'taken',
      'servers[0].kind': 'unsupported',
      'servers[0].colour': 'unknown',
    });
  });

  it('what is offered instead stands with what is expected, not beside what was refused', () => {
    const yaml = file(
      'odd.yaml',
      JSON.stringify({
        publicUrl: 'http://ci.lan',
        forges: [
          { id: 'git', kind: 'sourcehut', publicUrl: 'http://a.lan', clientId: 'a', clientSecret: 'b' },
        ],
        servers: [{ id: 'ci', kind: 'drone', forge: 'other', publicUrl: 'http://b.lan', serviceToken: 'c' }],
      }),
    );
    const text = textOf({ FLIGHTDECK_CONFIG: yaml });
    expect(text).toContain('is not supported. It should be one of the supported products: gitea, gogs.');
    expect(text).toContain('不受支持。应为：受支持的产品之一：gitea、gogs。');
    expect(text).toContain('names no configured forge. It should be the id of a configured forge: git.');
    expect(text).toContain('未对应任何已配置的代码托管。应为：一个已配置的代码托管的 id：git。');
  });

  it('a secret is given once, here or as a file that can be read', () => {
    const token = file('token', 't');
    expect(faultsOf({ ...good, FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN_FILE: token })).toEqual({
      'servers[0].serviceToken': 'bothGiven',
    });
    const env = { ...good, FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN: undefined };
    expect(faultsOf({ ...env, FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN_FILE: join(folder, 'none') })).toEqual({
      'servers[0].serviceTokenFile': 'unreadable',
    });
    expect(faultsOf({ ...env, FLIGHTDECK_SERVER_DRONE_SERVICE_TOKEN_FILE: file('empty', ' \n') })).toEqual({
      'servers[0].serviceTokenFile': 'empty',
    });
    expect(faultsOf({ ...good, FLIGHTDECK_FORGE_GITEA_CA_FILE: join(folder, 'ca.pem') })).toEqual({
      'forges[0].caFile': 'unreadable',
    });
  });

  it.each([
    ['not there', '/no/such/file.yaml'],
    ['no YAML', ': : :\n  - ['],
    ['a list', '- a'],
  ])('the file is %s', (_, text) => {
    const path = text.startsWith('/') ? text : file('broken.yaml', text);
    expect(faultsOf({ ...good, FLIGHTDECK_CONFIG: path })).toEqual({ [path]: 'unreadable' });
  });

  it('sealing keys are 32 bytes', () => {
    expect(faultsOf({ ...good, FLIGHTDECK_SEALING_KEYS: 'c2hvcnQ=' })).toEqual({ 'sealingKeys[0]': 'wrong' });
    const key = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7)).toString('base64');
    expect(read({ ...good, FLIGHTDECK_SEALING_KEYS: `${key}, ${key}` }).sealingKeys).toBe(`${key}\n${key}`);
  });

  it('nobody trusts everybody', () => {
    for (const all of ['*', 'true', '0.0.0.0/0', '::/0', '10.0.0.1,*']) {
      expect(faultsOf({ ...good, FLIGHTDECK_TRUST_PROXY: all })).toEqual({ trustProxy: 'everybody' });
    }
  });

  it('leaves alone what Kubernetes sets for a service of that name', () => {
    const kubernetes = {
      FLIGHTDECK_SERVICE_HOST: '10.1.2.3',
      FLIGHTDECK_SERVICE_PORT: '80',
      FLIGHTDECK_PORT: 'tcp://10.1.2.3:80',
      FLIGHTDECK_PORT_80_TCP_ADDR: '10.1.2.3',
    };
    expect(faultsOf({ ...good, ...kubernetes })).toEqual({});
  });
});
