import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../index.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    seed: 'recorded',
    paused: true,
    forges: [
      { id: 'forgejo', vendor: 'forgejo' },
      { id: 'gitlab', vendor: 'gitlab' },
    ],
    servers: [
      { id: 'woodpecker', vendor: 'woodpecker', forge: 'forgejo' },
      { id: 'nested', vendor: 'woodpecker', forge: 'gitlab' },
    ],
  });
});
afterAll(() => sandbox.stop());

it('knows the repositories of its forge by its numbers and whole paths, and finds them once they are active', async () => {
  const paths: Record<string, string> = { woodpecker: 'acme/checkout', nested: 'acme/platform/checkout' };
  for (const server of sandbox.servers) {
    const headers = { authorization: `Bearer ${server.token('ada')}` };
    const list = (await (await fetch(`${server.url}/api/user/repos?all=true`, { headers })).json()) as {
      full_name: string;
      forge_remote_id: string;
      forge_url: string;
    }[];
    const path = paths[server.id] ?? '';
    const one = list.find((each) => each.full_name === path);
    expect(one?.forge_url).toBe(
      `${sandbox.forges.urls[server.id === 'nested' ? 'gitlab' : 'forgejo']}/${path}`,
    );
    const made = await fetch(`${server.url}/api/repos?forge_remote_id=${one?.forge_remote_id}`, {
      method: 'POST',
      headers,
    });
    expect(made.status).toBe(200);
    const found = await fetch(`${server.url}/api/repos/lookup/${path}`, { headers });
    expect(await found.json()).toMatchObject({ full_name: path, active: true });
  }
});
