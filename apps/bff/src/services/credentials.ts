import type { RegistryCredential, RegistryList, Secret } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../domain/failure.ts';
import type { CiSecret, RegistrySecrets } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import { placeOf } from './builds.ts';
import type { GatedRepo } from './context.ts';
import { createNativeRegistries, type NativeRegistries } from './native-registries.ts';

export interface SecretInput {
  name: string;
  value: string;
  pullRequests: boolean;
}
export interface RegistryInput {
  host: string;
  username: string;
  password: string;
  pullRequests: boolean;
}

/** Write-only: nothing here returns, keeps or logs a value. */
export interface CredentialsService {
  secrets(repo: GatedRepo): Promise<Secret[]>;
  /** `already_exists` when the name is taken, also by one that differs only by case. */
  addSecret(repo: GatedRepo, input: SecretInput): Promise<Secret>;
  replaceSecret(
    repo: GatedRepo,
    name: string,
    change: { value?: string; pullRequests?: boolean },
  ): Promise<Secret>;
  removeSecret(repo: GatedRepo, name: string): Promise<void>;
  registries(repo: GatedRepo): Promise<RegistryList>;
  addRegistry(repo: GatedRepo, input: RegistryInput): Promise<RegistryCredential>;
  replaceRegistry(
    repo: GatedRepo,
    host: string,
    change: { username: string; password: string; pullRequests?: boolean },
  ): Promise<RegistryCredential>;
  removeRegistry(repo: GatedRepo, host: string): Promise<void>;
}

export function createCredentialsService(deps: {
  store: Store;
  clock: Clock;
  audit: Audit;
}): CredentialsService {
  const { store, clock, audit } = deps;
  const ci = (repo: GatedRepo) => repo.speaker.client;
  const note = (repo: GatedRepo, name: string) =>
    store.secretNotes.put({
      ...placeOf(repo),
      name,
      changedAt: clock.now(),
      changedBy: repo.caller.person.login,
    });

  async function secrets(repo: GatedRepo): Promise<Secret[]> {
    const [all, notes] = await Promise.all([
      ci(repo).secrets(repo.path),
      store.secretNotes.list(placeOf(repo)),
    ]);
    return all.map((one) => {
      const known = notes.find((n) => n.name === one.name);
      return {
        ...one,
        caseTwin: twinOf(repo, one.name, all),
        changedAt: known?.changedAt ?? null,
        changedBy: known?.changedBy ?? null,
        registryHost: repo.server.registrySecrets?.hostOf(one.name) ?? null,
      };
    });
  }

  async function secret(repo: GatedRepo, name: string): Promise<Secret> {
    const found = (await secrets(repo)).find((s) => s.name === name);
    if (!found) throw new Failure('not_found', 'No such secret.', { instance: repo.server.id });
    return found;
  }

  async function create(repo: GatedRepo, input: SecretInput, action: string): Promise<void> {
    checkValue(repo, input.value);
    const taken = await ci(repo).secrets(repo.path);
    if (taken.some((s) => s.name === input.name) || twinOf(repo, input.name, taken) !== null) {
      throw new Failure('already_exists', 'A secret of this name exists. Replace it instead.', {
        instance: repo.server.id,
      });
    }
    await audit.run(repo, action, { name: input.name, pullRequests: input.pullRequests }, () =>
      ci(repo).addSecret(repo.path, input),
    );
    await note(repo, input.name);
  }

  async function change(
    repo: GatedRepo,
    name: string,
    patch: { value?: string; pullRequests?: boolean },
    action: string,
  ): Promise<void> {
    if (patch.value !== undefined) checkValue(repo, patch.value);
    const facts = {
      name,
      value: patch.value === undefined ? 'kept' : 'replaced',
      pullRequests: patch.pullRequests ?? null,
    };
    await audit.run(repo, action, facts, () => ci(repo).changeSecret(repo.path, name, patch));
    await note(repo, name);
  }

  async function remove(repo: GatedRepo, name: string, action: string): Promise<void> {
    await audit.run(repo, action, { name }, () => ci(repo).removeSecret(repo.path, name));
    await store.secretNotes.remove(placeOf(repo), name);
  }

  const registrySecrets = (repo: GatedRepo): RegistrySecrets => {
    if (!repo.server.registrySecrets)
      throw new Failure('not_supported', 'This CI server has no such registry credentials.', {
        instance: repo.server.id,
      });
    return repo.server.registrySecrets;
  };

  const own = (repo: GatedRepo): NativeRegistries | null => {
    const { registries: list } = ci(repo);
    return list === null ? null : createNativeRegistries({ store, clock, audit, repo, list });
  };

  async function registries(repo: GatedRepo): Promise<RegistryList> {
    const native = own(repo);
    if (native) return { items: await native.list(), pipelineLines: null };
    const carried = registrySecrets(repo);
    const [all, described] = await Promise.all([
      ci(repo).secrets(repo.path),
      store.registries.list(placeOf(repo)),
    ]);
    const items = described.map((d): RegistryCredential => {
      const held = all.find((s) => s.name === d.secretName);
      return {
        host: d.host,
        username: d.username,
        changedAt: d.changedAt,
        changedBy: d.changedBy,
        pullRequests: held?.pullRequests ?? false,
        origin: held ? 'described' : 'missing',
        secretName: d.secretName,
      };
    });
    for (const held of all) {
      const host = carried.hostOf(held.name);
      if (host === null || items.some((i) => i.secretName === held.name)) continue;
      items.push({
        host,
        username: null,
        changedAt: null,
        changedBy: null,
        pullRequests: held.pullRequests,
        origin: 'name-only',
        secretName: held.name,
      });
    }
    items.sort((a, b) => a.host.localeCompare(b.host));
    const usable = items.filter((i) => i.origin !== 'missing').map((i) => i.secretName ?? '');
    return { items, pipelineLines: repo.server.pipelineReader.registryLines(usable) };
  }

  async function registry(repo: GatedRepo, host: string): Promise<RegistryCredential> {
    const found = (await registries(repo)).items.find((i) => i.host === host.toLowerCase());
    if (!found) throw new Failure('not_found', 'No credential for this host.', { instance: repo.server.id });
    return found;
  }

  const describe = (repo: GatedRepo, host: string, username: string, secretName: string) =>
    store.registries.put({
      ...placeOf(repo),
      host: host.toLowerCase(),
      username,
      secretName,
      changedAt: clock.now(),
      changedBy: repo.caller.person.login,
    });

  return {
    secrets,
    async addSecret(repo, input) {
      await create(repo, input, 'secret.add');
      return secret(repo, input.name);
    },
    async replaceSecret(repo, name, patch) {
      await change(repo, name, patch, 'secret.replace');
      return secret(repo, name);
    },
    removeSecret: (repo, name) => remove(repo, name, 'secret.remove'),

    registries,
    async addRegistry(repo, { host, username, password, pullRequests }) {
      const native = own(repo);
      if (native) return native.add({ host, username, password });
      const carried = registrySecrets(repo);
      const name = carried.nameFor(host);
      await create(
        repo,
        { name, value: carried.valueFor({ host: host.toLowerCase(), username, password }), pullRequests },
        'registry.add',
      );
      await describe(repo, host, username, name);
      return registry(repo, host);
    },
    async replaceRegistry(repo, host, { username, password, pullRequests }) {
      const native = own(repo);
      if (native) return native.replace({ host, username, password });
      const carried = registrySecrets(repo);
      const held = await registry(repo, host);
      const name = held.secretName ?? carried.nameFor(host);
      const value = carried.valueFor({ host: held.host, username, password });
      // Described here but deleted elsewhere: replacing means putting it back.
      if (held.origin === 'missing')
        await create(repo, { name, value, pullRequests: pullRequests ?? false }, 'registry.add');
      else
        await change(
          repo,
          name,
          { value, ...(pullRequests === undefined ? {} : { pullRequests }) },
          'registry.replace',
        );
      await describe(repo, held.host, username, name);
      return registry(repo, host);
    },
    async removeRegistry(repo, host) {
      const native = own(repo);
      if (native) return native.remove(host);
      const held = await registry(repo, host);
      if (held.origin !== 'missing' && held.secretName) {
        await remove(repo, held.secretName, 'registry.remove').catch((error: unknown) => {
          if (!isFailure(error, 'not_found')) throw error;
        });
      }
      await store.registries.remove(placeOf(repo), held.host);
    },
  };
}

/** Another secret that runners cannot tell from this one. */
function twinOf(repo: GatedRepo, name: string, all: readonly CiSecret[]): string | null {
  if (!repo.server.declaration.secrets.caseInsensitive) return null;
  return all.find((s) => s.name !== name && s.name.toLowerCase() === name.toLowerCase())?.name ?? null;
}

function checkValue(repo: GatedRepo, value: string): void {
  const limit = repo.server.declaration.secrets.maxValueBytes;
  if (Buffer.byteLength(value, 'utf8') > limit) {
    throw new Failure('too_large', `The value may have at most ${limit} bytes.`, {
      instance: repo.server.id,
      fields: { value: `at most ${limit} bytes` },
    });
  }
}
