import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../adapters/store/sealed.ts';
import { openSqliteStore } from '../adapters/store/sqlite.ts';
import { Failure } from '../domain/failure.ts';
import type { CiSecret } from '../ports/ci-server.ts';
import type { Store } from '../ports/store.ts';
import { gatedRepo } from '../testing/gated-repo.ts';
import { createAudit } from './audit.ts';
import { createCredentialsService } from './credentials.ts';

const clock = { now: () => 5_000, sleep: async () => {} };
let store: Store;
beforeEach(async () => {
  store = await openSqliteStore({
    file: ':memory:',
    sealer: createSealer([{ id: 'a', key: randomBytes(32) }]),
  });
});

/** A CI server's secrets; remembers the values it was sent, as a real one does, and never tells them. */
function setUp(held: CiSecret[] = []) {
  const values = new Map<string, string>();
  const repo = gatedRepo({
    client: {
      secrets: async () => [...held],
      addSecret: async (_, { name, value, pullRequests }) => {
        held.push({ name, pullRequests });
        values.set(name, value);
      },
      changeSecret: async (_, name, change) => {
        const one = held.find((s) => s.name === name);
        if (!one) throw new Failure('not_found', 'none');
        if (change.value !== undefined) values.set(name, change.value);
        if (change.pullRequests !== undefined) one.pullRequests = change.pullRequests;
      },
      removeSecret: async (_, name) => {
        const at = held.findIndex((s) => s.name === name);
        if (at < 0) throw new Failure('not_found', 'none');
        held.splice(at, 1);
      },
    },
  });
  const audit = createAudit({ store, clock, newId: randomUUID });
  return { service: createCredentialsService({ store, clock, audit }), repo, values, held };
}

describe('services/credentials', () => {
  it('adds, replaces and removes a secret and says who did it last', async () => {
    const { service, repo, values } = setUp();
    expect(
      await service.addSecret(repo, { name: 'npm_token', value: 'made-up-1', pullRequests: false }),
    ).toEqual({
      name: 'npm_token',
      pullRequests: false,
      caseTwin: null,
      changedAt: 5_000,
      changedBy: 'grace',
      registryHost: null,
    });
    await service.replaceSecret(repo, 'npm_token', { pullRequests: true });
    expect(values.get('npm_token')).toBe('made-up-1');
    await service.replaceSecret(repo, 'npm_token', { value: 'made-up-2' });
    expect(values.get('npm_token')).toBe('made-up-2');
    expect((await service.secrets(repo))[0]?.pullRequests).toBe(true);
    await service.removeSecret(repo, 'npm_token');
    expect(await service.secrets(repo)).toEqual([]);
  });
  it('refuses a name that is taken, also one that differs by case only', async () => {
    const { service, repo } = setUp([{ name: 'Token', pullRequests: false }]);
    for (const name of ['Token', 'token']) {
      await expect(service.addSecret(repo, { name, value: 'x', pullRequests: false })).rejects.toMatchObject({
        code: 'already_exists',
      });
    }
  });
  it('shows twins that were made elsewhere', async () => {
    const { service, repo } = setUp([
      { name: 'Token', pullRequests: false },
      { name: 'token', pullRequests: false },
    ]);
    expect((await service.secrets(repo)).map((s) => s.caseTwin)).toEqual(['token', 'Token']);
  });
  it('refuses a value that is too large before sending it', async () => {
    const { service, repo, values } = setUp();
    await expect(
      service.addSecret(repo, { name: 'big', value: '中'.repeat(30_000), pullRequests: false }),
    ).rejects.toMatchObject({ code: 'too_large' });
    expect(values.size).toBe(0);
  });
  it('keeps no value and no password anywhere of its own', async () => {
    const { service, repo } = setUp();
    await service.addSecret(repo, { name: 'a', value: 'canary-value', pullRequests: false });
    await service.addRegistry(repo, {
      host: 'r.example.com',
      username: 'robot$ci',
      password: 'canary-password',
      pullRequests: false,
    });
    const everything = JSON.stringify([
      await service.secrets(repo),
      await service.registries(repo),
      await store.audit.recent(50),
      await store.registries.list({ server: 'ci', forgeRepoId: repo.forgeRepoId }),
    ]);
    expect(everything).not.toContain('canary');
    expect(everything).not.toContain(Buffer.from('robot$ci:canary-password').toString('base64'));
    expect(everything).toContain('robot$ci');
  });
  it('makes one secret per registry host, named after it, and shows the lines for the pipeline file', async () => {
    const { service, repo, held, values } = setUp();
    const made = await service.addRegistry(repo, {
      host: 'Registry.example.com:5000',
      username: 'ci',
      password: 'made-up',
      pullRequests: true,
    });
    expect(made).toMatchObject({
      host: 'registry.example.com:5000',
      username: 'ci',
      origin: 'described',
      changedBy: 'grace',
      pullRequests: true,
    });
    expect(held.map((s) => s.name)).toEqual([made.secretName]);
    expect(JSON.parse(values.get(made.secretName ?? '') ?? '').auths).toHaveProperty([
      'registry.example.com:5000',
    ]);
    expect((await service.registries(repo)).pipelineLines).toBe(
      `image_pull_secrets:\n  - ${made.secretName}`,
    );
    await expect(
      service.addRegistry(repo, {
        host: 'registry.example.com:5000',
        username: 'x',
        password: 'y',
        pullRequests: false,
      }),
    ).rejects.toMatchObject({ code: 'already_exists' });
  });
  it('says what was found only by its name, and what was described here but is gone', async () => {
    const { service, repo, held } = setUp([
      { name: 'docker_config_docker.io', pullRequests: false },
      { name: 'npm', pullRequests: false },
    ]);
    await service.addRegistry(repo, {
      host: 'r.example.com',
      username: 'ci',
      password: 'made-up',
      pullRequests: false,
    });
    held.splice(
      held.findIndex((s) => s.name.includes('r.example')),
      1,
    );
    expect((await service.registries(repo)).items.map((i) => [i.host, i.username, i.origin])).toEqual([
      ['docker.io', null, 'name-only'],
      ['r.example.com', 'ci', 'missing'],
    ]);
    expect((await service.registries(repo)).pipelineLines).not.toContain('r.example.com');
    await service.replaceRegistry(repo, 'r.example.com', { username: 'ci2', password: 'made-up' });
    expect((await service.registries(repo)).items[1]).toMatchObject({ username: 'ci2', origin: 'described' });
    await service.removeRegistry(repo, 'r.example.com');
    await service.removeRegistry(repo, 'docker.io');
    expect((await service.registries(repo)).items).toEqual([]);
  });
});
