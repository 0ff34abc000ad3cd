import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Names } from './checks.ts';
import type { Fault } from './faults.ts';
import type { ForgeSettings, ServerSettings, Settings } from './schema.ts';

type Instance<T> = Omit<T, 'name' | 'internalUrl' | 'caFile'> & {
  name: string;
  internalUrl: string;
  caFile?: string;
};

export type ConfiguredForge = Omit<
  Instance<ForgeSettings>,
  'clientId' | 'clientSecret' | 'clientSecretFile'
> & {
  /** '' with the secret where the product has no OAuth provider. */
  clientId: string;
  clientSecret: string;
};
export type ConfiguredServer = Omit<
  Instance<ServerSettings>,
  'forge' | 'serviceToken' | 'serviceTokenFile'
> & {
  forge: string;
  serviceToken: string;
};

/** Settings as the program uses them: complete, absolute, secrets read from their files. */
export interface Config
  extends Omit<
    Settings,
    'forges' | 'servers' | 'publicUrl' | 'webDir' | 'dataDir' | 'sealingKeys' | 'sealingKeyFile'
  > {
  /** With a slash at its end. */
  publicUrl: string;
  origin: string;
  /** `/` or `/ci/`: begins and ends with a slash. */
  basePath: string;
  /** The public address is https: cookies are Secure and have their host prefix. */
  secure: boolean;
  dataDir: string;
  webDir: string;
  /** Keys as text; null: they live in a file that is made when absent. */
  sealingKeys: string | null;
  sealingKeyFile: string;
  /** The sealing keys lie beside what they seal. */
  defaultKey: boolean;
  forges: ConfiguredForge[];
  servers: ConfiguredServer[];
  /** Only in the sandbox. */
  sandboxPeople: { login: string; name: string; password: string; what: string }[] | null;
}

export interface ResolveContext {
  people: Config['sandboxPeople'];
  readFile: (path: string) => string;
  programDir: string;
  names: Names;
  faults: Fault[];
}

export function resolveConfig(settings: Settings, context: ResolveContext): Config {
  const { forges, servers, publicUrl, sealingKeys, sealingKeyFile, ...rest } = settings;
  const url = new URL(publicUrl);
  const basePath = `/${url.pathname.split('/').filter(Boolean).join('/')}/`.replace('//', '/');
  const dataDir = resolve(settings.dataDir);
  const firstForge = forges[0]?.id ?? '';

  const secret = (
    list: 'forges' | 'servers',
    index: number,
    field: string,
    given?: string,
    file?: string,
  ) => {
    if (given !== undefined || file === undefined) return given ?? '';
    const text = readText(resolve(file), context, list, index, `${field}File`);
    return text;
  };
  const common = <T extends ForgeSettings | ServerSettings>(
    list: 'forges' | 'servers',
    entry: T,
    index: number,
  ) => {
    const caFile = entry.caFile === undefined ? undefined : resolve(entry.caFile);
    if (caFile !== undefined) readText(caFile, context, list, index, 'caFile');
    return {
      id: entry.id,
      kind: entry.kind,
      name: entry.name ?? entry.id,
      publicUrl: trimmed(entry.publicUrl),
      internalUrl: trimmed(entry.internalUrl ?? entry.publicUrl),
      ...(caFile === undefined ? {} : { caFile }),
    };
  };

  return {
    ...rest,
    publicUrl: url.origin + basePath,
    origin: url.origin,
    basePath,
    secure: url.protocol === 'https:',
    dataDir,
    webDir: webDirOf(settings.webDir, context.programDir),
    sealingKeys: sealingKeys?.join('\n') ?? null,
    sealingKeyFile: sealingKeyFile === undefined ? resolve(dataDir, 'sealing.keys') : resolve(sealingKeyFile),
    defaultKey: sealingKeys === undefined && sealingKeyFile === undefined,
    forges: forges.map((forge, index) => ({
      ...common('forges', forge, index),
      clientId: forge.clientId ?? '',
      clientSecret: secret('forges', index, 'clientSecret', forge.clientSecret, forge.clientSecretFile),
      scopes: forge.scopes,
    })),
    servers: servers.map((server, index) => ({
      ...common('servers', server, index),
      forge: server.forge ?? firstForge,
      serviceToken: secret('servers', index, 'serviceToken', server.serviceToken, server.serviceTokenFile),
      oneClickLink: server.oneClickLink,
    })),
    sandboxPeople: context.people,
  };
}

function readText(
  path: string,
  context: ResolveContext,
  list: 'forges' | 'servers',
  index: number,
  field: string,
): string {
  const fault = (what: 'unreadable' | 'empty', detail: string) => {
    context.faults.push({
      setting: context.names.setting(list, index, field),
      variable: context.names.variable(list, index, field),
      what,
      expects: 'file',
      detail,
    });
    return '';
  };
  try {
    return context.readFile(path).trim() || fault('empty', path);
  } catch (error) {
    return fault('unreadable', (error as NodeJS.ErrnoException).code ?? path);
  }
}

const trimmed = (address: string): string => address.replace(/\/+$/, '');

/** `apps/bff/dist` and `apps/bff/src` lie at the same depth; `src/config` would not. */
function webDirOf(given: string | undefined, programDir: string): string {
  if (given !== undefined) return resolve(given);
  const beside = resolve(programDir, '../../web/dist');
  return existsSync(beside) ? beside : resolve(programDir, '../web');
}
