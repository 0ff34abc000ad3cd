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
it('stands on its forge', async () => {
  for (const server of sandbox.servers) {
    const headers = { authorization: `Bearer ${server.token('ada')}` };
    const list = (await (await fetch(`${server.url}/api/user/repos?all=true`, { headers })).json()) as {
      full_name: string;
      forge_remote_id: string;
    }[];
    const made = await fetch(`${server.url}/api/repos?forge_remote_id=${list[0]?.forge_remote_id}`, {
      method: 'POST',
      headers,
    });
    expect(made.status).toBe(200);
    const found = await fetch(`${server.url}/api/repos/lookup/${list[0]?.full_name}`, { headers });
    expect(found.status).toBe(200);
  }
});
