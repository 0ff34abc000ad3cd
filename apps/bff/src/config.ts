import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { z } from 'zod';
import { crossChecks, type Kinds, type Names, trustsEverybody } from './config/checks.ts';
import { instanceVariable, layEnvironment } from './config/environment.ts';
import { ConfigFaults, type Fault } from './config/faults.ts';
import { type Config, resolveConfig } from './config/resolve.ts';
import { sandboxPeopleSchema, settingsSchema } from './config/schema.ts';
import { leavesOf, variableOf } from './config/walk.ts';

export { ConfigFaults } from './config/faults.ts';
export type { Config } from './config/resolve.ts';

type Tree = Record<string, unknown>;

export interface ConfigSource {
  /** Default: the process's own. Nothing else in the program reads it. */
  env?: Record<string, string | undefined>;
  /** Products there are adapters for. */
  kinds: Kinds;
  readFile?: (path: string) => string;
}

/**
 * Settings: built-in defaults, over them the YAML file named by FLIGHTDECK_CONFIG, over it FLIGHTDECK_* variables.
 * Paths in the file are relative to it, paths in variables to the working directory.
 * Throws `ConfigFaults` with every fault.
 */
export function readConfig(source: ConfigSource): Config {
  const { env = process.env, readFile = (path) => readFileSync(path, 'utf8'), kinds } = source;
  const faults: Fault[] = [];
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    faults.push({ setting: null, variable: 'NODE_TLS_REJECT_UNAUTHORIZED', what: 'tls', expects: 'tls' });
  }

  const tree = readTree(env.FLIGHTDECK_CONFIG, readFile, faults);
  faults.push(...layEnvironment(tree, env));
  if (trustsEverybody(tree.trustProxy ?? [])) {
    faults.push({
      setting: 'trustProxy',
      variable: 'FLIGHTDECK_TRUST_PROXY',
      what: 'everybody',
      expects: 'trustProxy',
    });
  }

  const names = namesIn(tree);
  const parsed = settingsSchema.safeParse(tree);
  const single = parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(issue, tree, names));
  const cross = crossChecks(tree, kinds, names).filter(
    (fault) => !single.some((other) => other.setting === fault.setting),
  );
  faults.push(...single, ...cross);

  const people = readPeople(env.FLIGHTDECK_SANDBOX_PEOPLE, faults);
  if (faults.length > 0 || !parsed.success) throw new ConfigFaults(faults);
  const config = resolveConfig(parsed.data, {
    people,
    readFile,
    programDir: dirname(fileURLToPath(import.meta.url)),
    names,
    faults,
  });
  if (faults.length > 0) throw new ConfigFaults(faults);
  return config;
}

function readTree(file: string | undefined, readFile: (path: string) => string, faults: Fault[]): Tree {
  if (!file) return {};
  const fault = (detail: string) => {
    faults.push({
      setting: file,
      variable: 'FLIGHTDECK_CONFIG',
      what: 'unreadable',
      expects: 'yaml',
      detail,
    });
    return {};
  };
  try {
    const value: unknown = parse(readFile(file));
    if (value === null || value === undefined) return {};
    if (typeof value !== 'object' || Array.isArray(value)) return fault('a list of settings is expected');
    return absolutePaths(value as Tree, dirname(resolve(file)));
  } catch (error) {
    return fault((error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '');
  }
}

const pathFields = ['dataDir', 'webDir', 'sealingKeyFile', 'caFile', 'clientSecretFile', 'serviceTokenFile'];

function absolutePaths(tree: Tree, base: string): Tree {
  for (const field of pathFields) {
    const value = tree[field];
    if (typeof value === 'string' && value !== '') tree[field] = resolve(base, value);
  }
  for (const list of [tree.forges, tree.servers]) {
    for (const entry of Array.isArray(list) ? list : []) {
      if (typeof entry === 'object' && entry !== null) absolutePaths(entry as Tree, base);
    }
  }
  return tree;
}

function namesIn(tree: Tree): Names {
  return {
    setting: (list, index, field) => `${list}[${index}].${field}`,
    variable: (list, index, field) => {
      const id = (tree[list] as Tree[] | undefined)?.[index]?.id;
      return typeof id === 'string' && field !== 'id' ? instanceVariable(list, id, field) : null;
    },
  };
}

const leaves = leavesOf(settingsSchema);

function faultsOf(issue: z.core.$ZodIssue, tree: Tree, names: Names): Fault[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      setting: dotted([...path, key]),
      variable: null,
      what: 'unknown',
      expects: 'nothing',
    }));
  }
  const [list, index, field] = path;
  const isEntry = (list === 'forges' || list === 'servers') && index !== undefined && field !== undefined;
  const value = issue.path.reduce<unknown>((at, key) => (at as Tree | undefined)?.[String(key)], tree);
  const expects = isEntry
    ? leavesOf(settingsSchema.shape[list].element).find((leaf) => leaf.path[0] === field)?.expects
    : leaves.find((leaf) => path.slice(0, leaf.path.length).join('.') === leaf.path.join('.'))?.expects;
  const missing = value === undefined || value === '';
  return [
    {
      setting: dotted(path),
      variable: isEntry ? names.variable(list, Number(index), field) : variableName(path),
      what: missing ? 'missing' : Array.isArray(value) && value.length === 0 ? 'empty' : 'wrong',
      expects: expects ?? 'name',
    },
  ];
}

/** A list of forges or servers has no variable of its own; name one that would make the first entry. */
function variableName(path: readonly string[]): string | null {
  if (path[0] === 'forges') return 'FLIGHTDECK_FORGE_<ID>_PUBLIC_URL, …';
  if (path[0] === 'servers') return 'FLIGHTDECK_SERVER_<ID>_PUBLIC_URL, …';
  return variableOf(path.filter((part) => !/^\d+$/.test(part)));
}

const dotted = (path: readonly string[]): string =>
  path.reduce((all, part) => (/^\d+$/.test(part) ? `${all}[${part}]` : all ? `${all}.${part}` : part), '');

function readPeople(text: string | undefined, faults: Fault[]): Config['sandboxPeople'] {
  if (!text) return null;
  try {
    return sandboxPeopleSchema.parse(JSON.parse(text));
  } catch {
    faults.push({ setting: null, variable: 'FLIGHTDECK_SANDBOX_PEOPLE', what: 'wrong', expects: 'people' });
    return null;
  }
}
