import type { Fault } from './faults.ts';
import { forgeSchema, serverSchema, settingsSchema } from './schema.ts';
import { type Leaf, leavesOf, snake, variableOf } from './walk.ts';

type Tree = Record<string, unknown>;

const lists = [
  { key: 'forges', prefix: 'FLIGHTDECK_FORGE_', leaves: leavesOf(forgeSchema) },
  { key: 'servers', prefix: 'FLIGHTDECK_SERVER_', leaves: leavesOf(serverSchema) },
] as const;

export const scalarLeaves = leavesOf(settingsSchema).filter((leaf) => leaf.type !== 'objects');

/** Read elsewhere, or set by Kubernetes for a service that happens to be called flightdeck. */
const foreign = /^FLIGHTDECK_(CONFIG|SANDBOX_PEOPLE|LIVE_.+|DEV_.+|TEST_.+|SERVICE(_.+)?|PORT(_.+)?)$/;

/** `FLIGHTDECK_FORGE_<ID>_<FIELD>`: the variable of a field of one forge or CI server. */
export const instanceVariable = (list: 'forges' | 'servers', id: string, field: string): string =>
  `${list === 'forges' ? 'FLIGHTDECK_FORGE_' : 'FLIGHTDECK_SERVER_'}${snake(id)}_${snake(field)}`;

/**
 * Lays the variables over what the file said. Variables of one forge or server go to the entry with that id, which
 * is made when the file has none; its product is the id itself unless `…_KIND` says otherwise.
 */
export function layEnvironment(tree: Tree, env: Record<string, string | undefined>): Fault[] {
  const faults: Fault[] = [];
  const known = new Map(scalarLeaves.map((leaf) => [variableOf(leaf.path), leaf]));
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('FLIGHTDECK_') || text === undefined || text === '' || foreign.test(name)) continue;
    const leaf = known.get(name);
    if (leaf) put(tree, leaf.path, textValue(leaf, text));
    else if (!layInstance(tree, name, text)) {
      faults.push({ setting: null, variable: name, what: 'unknown', expects: 'nothing' });
    }
  }
  return faults;
}

function layInstance(tree: Tree, name: string, text: string): boolean {
  for (const { key, prefix, leaves } of lists) {
    if (!name.startsWith(prefix)) continue;
    const rest = name.slice(prefix.length);
    // The longest field wins: CLIENT_SECRET_FILE is not the SECRET_FILE of a forge called "…-client".
    const leaf = [...leaves]
      .filter((one) => one.path[0] !== 'id')
      .sort((a, b) => snakeOf(b).length - snakeOf(a).length)
      .find((one) => rest.endsWith(`_${snakeOf(one)}`) && rest.length > snakeOf(one).length + 1);
    if (!leaf) return false;
    const id = rest
      .slice(0, -snakeOf(leaf).length - 1)
      .toLowerCase()
      .replaceAll('_', '-');
    put(entryOf(tree, key, id), leaf.path, textValue(leaf, text));
    return true;
  }
  return false;
}

const snakeOf = (leaf: Leaf): string => snake(leaf.path[0] ?? '');

function entryOf(tree: Tree, key: string, id: string): Tree {
  if (!Array.isArray(tree[key])) tree[key] = [];
  const entries = tree[key] as Tree[];
  const found = entries.find((entry) => typeof entry === 'object' && entry !== null && entry.id === id);
  if (found) return found;
  const made: Tree = { id, kind: id };
  entries.push(made);
  return made;
}

function put(tree: Tree, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  if (typeof tree[key] !== 'object' || tree[key] === null) tree[key] = {};
  put(tree[key] as Tree, rest, value);
}

function textValue(leaf: Leaf, text: string): unknown {
  if (leaf.type === 'number') return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  if (leaf.type === 'list') return text.split(/[,\s]+/).filter((part) => part !== '');
  if (leaf.type !== 'boolean') return text;
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  return /^(false|0|no|off)$/i.test(text) ? false : text;
}
