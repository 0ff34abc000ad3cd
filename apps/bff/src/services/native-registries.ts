import type { RegistryCredential } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { CiRegistries } from '../ports/ci-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import { placeOf } from './builds.ts';
import type { GatedRepo } from './context.ts';

interface Words {
  host: string;
  username: string;
  password: string;
}

/** Registry credentials that the CI server keeps itself. The console's own table only says who changed them here. */
export interface NativeRegistries {
  list(): Promise<RegistryCredential[]>;
  add(credential: Words): Promise<RegistryCredential>;
  replace(credential: Words): Promise<RegistryCredential>;
  remove(host: string): Promise<void>;
}

export function createNativeRegistries(deps: {
  store: Pick<Store, 'registries'>;
  clock: Clock;
  audit: Audit;
  repo: GatedRepo;
  list: CiRegistries;
}): NativeRegistries {
  const { store, clock, audit, repo, list: server } = deps;
  const instance = repo.server.id;

  async function list(): Promise<RegistryCredential[]> {
    const [all, described] = await Promise.all([
      server.list(repo.path),
      store.registries.list(placeOf(repo)),
    ]);
    return all
      .map(({ host, username }): RegistryCredential => {
        const known = described.find((one) => one.host === host.toLowerCase());
        return {
          host,
          username,
          changedAt: known?.changedAt ?? null,
          changedBy: known?.changedBy ?? null,
          pullRequests: null,
          origin: 'native',
          secretName: null,
        };
      })
      .sort((a, b) => a.host.localeCompare(b.host));
  }

  async function find(host: string): Promise<RegistryCredential | null> {
    return (await list()).find((one) => one.host.toLowerCase() === host.toLowerCase()) ?? null;
  }

  async function put(action: string, credential: Words): Promise<RegistryCredential> {
    const { host, username } = credential;
    await audit.run(repo, action, { host, username }, () => server.put(repo.path, credential));
    await store.registries.put({
      ...placeOf(repo),
      host: host.toLowerCase(),
      username,
      secretName: '',
      changedAt: clock.now(),
      changedBy: repo.caller.person.login,
    });
    const found = await find(host);
    if (!found) throw new Failure('not_found', 'No credential for this host.', { instance });
    return found;
  }

  return {
    list,
    async add(credential) {
      if (await find(credential.host)) {
        const message = 'There is a credential for this host. Replace it instead.';
        throw new Failure('already_exists', message, { instance });
      }
      return put('registry.add', credential);
    },
    async replace(credential) {
      const held = await find(credential.host);
      if (!held) throw new Failure('not_found', 'No credential for this host.', { instance });
      return put('registry.replace', { ...credential, host: held.host });
    },
    async remove(host) {
      const held = await find(host);
      if (!held) throw new Failure('not_found', 'No credential for this host.', { instance });
      await audit.run(repo, 'registry.remove', { host: held.host }, () =>
        server.remove(repo.path, held.host),
      );
      await store.registries.remove(placeOf(repo), held.host.toLowerCase());
    },
  };
}
