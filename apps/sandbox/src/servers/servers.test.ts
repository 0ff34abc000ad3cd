import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowFile } from '../faces/woodpecker/testing.ts';
import { type Sandbox, startSandbox } from '../index.ts';
import { pipelineFile } from '../testing.ts';
import { checkServers, parseServers } from './options.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    seed: 'recorded',
    paused: true,
    servers: [
      { id: 'drone-two', vendor: 'drone' },
      { id: 'woodpecker', vendor: 'woodpecker' },
      { id: 'old', vendor: 'woodpecker', version: '2.8' },
    ],
  });
});
afterAll(() => sandbox.stop());

const server = (id: string) => {
  const found = sandbox.servers.find((one) => one.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};
const ask = (id: string, path: string, method = 'GET') =>
  fetch(`${server(id).url}${path}`, {
    method,
    headers: { authorization: `Bearer ${server(id).token('ada')}` },
  });

/** Makes acme/checkout active on every server. */
async function activate(): Promise<void> {
  const { world, urls } = sandbox;
  const first = { authorization: `Bearer ${world.ci.user('ada')?.token}` };
  await fetch(`${urls.drone}/api/repos/acme/checkout`, { method: 'POST', headers: first });
  await ask('drone-two', '/api/repos/acme/checkout', 'POST');
  for (const id of ['woodpecker', 'old']) await ask(id, '/api/repos?forge_remote_id=1', 'POST');
}

const files = {
  '.drone.yml': pipelineFile({ name: 'a', steps: { one: ['echo one'] } }),
  '.woodpecker.yaml': workflowFile({ steps: { one: ['echo one'] } }),
};

describe('several CI servers on one forge', () => {
  it('each build a push, with rows, people and agents of their own', async () => {
    await activate();
    const { control } = sandbox;
    const push = { repo: 'acme/checkout', message: 'Change', author: 'ada', files };
    expect(control.push(push)).toMatchObject({
      build: 1,
      builds: { drone: 1, 'drone-two': 1, woodpecker: 1, old: 1 },
    });
    control.setClock({ advance: 5_000 });
    for (const id of ['drone', 'drone-two', 'woodpecker', 'old'])
      expect(control.state(id).find((one) => one.slug === 'acme/checkout')?.builds).toMatchObject([
        { number: 1, status: 'success' },
      ]);
    expect(control.servers().map((one) => `${one.id} ${one.vendor} ${one.version}`)).toEqual([
      'drone drone 2.25.0',
      'drone-two drone 2.25.0',
      'woodpecker woodpecker 3.17',
      'old woodpecker 2.8',
    ]);
    expect(control.runners('woodpecker').map((one) => one.name)).toEqual(['agent1']);
    expect(control.runners().map((one) => one.name)).toEqual(['exec1']);
    const step = { repo: 'acme/checkout', build: 1, stage: 1 };
    expect(control.printed({ ...step, step: 1 }).text).toContain('one');
    expect(control.printed({ ...step, server: 'woodpecker', step: 2 }).text).toContain('one');
  });

  it('have tokens, service accounts and applications of their own', async () => {
    const tokens = ['drone-two', 'woodpecker', 'old'].flatMap((id) => [
      server(id).token('ada'),
      server(id).serviceToken,
    ]);
    expect(new Set(tokens).size).toBe(6);
    expect(tokens.every((token) => token)).toBe(true);
    for (const id of ['woodpecker', 'old']) expect((await ask(id, '/api/queue/info')).status).toBe(200);
    const redirects = sandbox.world.forge.applications.map((one) => one.redirectUris[0]);
    expect(redirects).toContain(`${server('woodpecker').url}/authorize`);
    expect(redirects).toContain('http://127.0.0.1:8300/auth/server/drone-two/callback');
    expect(new Set(sandbox.world.forge.applications.map((one) => one.clientId)).size).toBe(5);
  });

  it('fail, stop and come back one by one', async () => {
    const { control } = sandbox;
    control.addFault({ face: 'woodpecker', match: '/version', status: 503 });
    expect((await ask('woodpecker', '/version')).status).toBe(503);
    expect((await ask('old', '/version')).status).toBe(200);
    expect(() => control.addFault({ face: 'nobody' })).toThrow('no CI server nobody');
    control.clearFaults();
    control.stopServer('woodpecker');
    await expect(ask('woodpecker', '/version')).rejects.toThrow();
    expect((await ask('old', '/version')).status).toBe(200);
    await control.startServer('woodpecker');
    expect((await ask('woodpecker', '/version')).status).toBe(200);
    const { servers } = control.parts.calls.counts();
    expect(servers.old?.total).toBeGreaterThan(0);
  });

  it('are named at the control door where it matters', async () => {
    const door = async (line: string, body?: object): Promise<unknown> => {
      const [method = 'GET', path = '/'] = line.split(' ');
      const headers = { 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
      return (await fetch(`${sandbox.urls.control}${path}`, { method, ...sent })).json();
    };
    expect(await door('GET /servers')).toMatchObject([
      { id: 'drone', up: true },
      { id: 'drone-two' },
      { id: 'woodpecker', vendor: 'woodpecker', version: '3.17', up: true },
      { id: 'old' },
    ]);
    const step = 'repo=acme/checkout&build=1&stage=1&step=2';
    expect(await door(`GET /steps/printed?server=woodpecker&${step}`)).toMatchObject({ status: 'success' });
    expect(await door('POST /runners', { server: 'old', name: 'agent7' })).toEqual({ ok: true });
    expect(await door('GET /runners?server=old')).toMatchObject([{ name: 'agent1' }, { name: 'agent7' }]);
    expect(await door('DELETE /runners/agent7?server=old')).toEqual({ ok: true });
    expect(await door('GET /runners?server=nobody')).toEqual({ error: 'there is no CI server nobody' });
    const before = server('old').token('ada');
    expect(await door('POST /tokens/rotate', { server: 'old', login: 'ada' })).not.toEqual({ token: before });
    expect((await ask('old', '/api/user')).status).toBe(200);
    await door('POST /server/stop', { server: 'old' });
    expect(await door('GET /servers')).toMatchObject([{}, {}, {}, { id: 'old', up: false }]);
    await door('POST /server/start', { server: 'old' });
    expect((await ask('old', '/version')).status).toBe(200);
  });

  it('are all empty again after a reset', async () => {
    const { control } = sandbox;
    const before = server('woodpecker').url;
    control.reset();
    expect(control.state('woodpecker')).toEqual([]);
    expect(server('woodpecker').url).toBe(before);
    await activate();
    expect(control.push({ repo: 'acme/checkout', message: 'x', author: 'ada', files }).builds.old).toBe(1);
  });
});

describe('the option', () => {
  it('is read from a text', () => {
    expect(
      parseServers('woodpecker, old=woodpecker@2.8:8304,two=drone@1.10/gitea,oldest=drone-0.8/gogs:8305'),
    ).toEqual([
      { id: 'woodpecker', vendor: 'woodpecker' },
      { id: 'old', vendor: 'woodpecker', version: '2.8', port: 8304 },
      { id: 'two', vendor: 'drone', version: '1.10', forge: 'gitea' },
      { id: 'oldest', vendor: 'drone-0.8', forge: 'gogs', port: 8305 },
    ]);
  });

  it.each([
    [[{ id: 'drone', vendor: 'drone' }], 'drone: no id'],
    [[{ id: 'gitea', vendor: 'drone' }], 'gitea: no id'],
    [[{ id: 'A b', vendor: 'drone' }], 'A b: no id'],
    [[{ id: 'w', vendor: 'woodpecker', version: '1.0' }], 'woodpecker 1.0: there are 3.17 and 2.8'],
    [[{ id: 'd', vendor: 'drone', version: '0.8' }], 'drone 0.8: there are 2.25 and 1.10'],
    [[{ id: 'w', vendor: 'woodpecker', forge: 'gitlab' }], 'w: there is no forge gitlab'],
  ] as const)('%j is refused', (servers, reason) => {
    expect(() => checkServers(servers)).toThrow(reason);
  });

  it('is refused in a text likewise', () => {
    expect(() => parseServers('a=jenkins')).toThrow('jenkins: no vendor');
    expect(() => parseServers('a b')).toThrow('is wanted');
  });
});
