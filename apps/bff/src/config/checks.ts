import type { Fault } from './faults.ts';

type Tree = Record<string, unknown>;

/** First segments of the console's own addresses: no forge and no CI server may be called so. */
export const pages = [
  ...['sign-in', 'repos', 'r', 'environments', 'queue', 'secrets', 'registries', 'audit', 'account', 'admin'],
  ...['api', 'api-docs', 'auth', 'assets', 'healthz', 'readyz', 'metrics'],
];

export interface Kinds {
  forges: readonly string[];
  /** Those of them without an OAuth provider: they take no client id and no secret. */
  forgesWithoutOAuth: readonly string[];
  servers: readonly string[];
}

/** `variableFor` names the variable of a field of entry `index`. */
export interface Names {
  setting(list: 'forges' | 'servers', index: number, field: string): string;
  variable(list: 'forges' | 'servers', index: number, field: string): string | null;
}

/**
 * Faults that concern several settings at once. Works on what was given, also when single values are wrong already,
 * so that everything is said in one go.
 */
export function crossChecks(tree: Tree, kinds: Kinds, names: Names): Fault[] {
  const forges = entriesOf(tree.forges);
  const servers = entriesOf(tree.servers);
  const faults: Fault[] = [];
  const say = (
    list: 'forges' | 'servers',
    index: number,
    field: string,
    rest: Omit<Fault, 'setting' | 'variable'>,
  ) =>
    faults.push({
      setting: names.setting(list, index, field),
      variable: names.variable(list, index, field),
      ...rest,
    });

  const seen = new Set<string>();
  for (const [list, entries] of [
    ['forges', forges],
    ['servers', servers],
  ] as const) {
    for (const [index, entry] of entries.entries()) {
      const { id, kind } = entry;
      if (typeof id === 'string') {
        if (pages.includes(id)) say(list, index, 'id', { what: 'page', expects: 'id', detail: id });
        if (seen.has(id)) say(list, index, 'id', { what: 'taken', expects: 'id', detail: id });
        seen.add(id);
      }
      if (typeof kind === 'string' && !kinds[list].includes(kind)) {
        say(list, index, 'kind', { what: 'unsupported', expects: 'kind', choices: kinds[list] });
      }
    }
  }
  for (const [index, entry] of forges.entries()) {
    if (typeof entry.kind === 'string' && kinds.forgesWithoutOAuth.includes(entry.kind)) {
      for (const field of ['clientId', 'clientSecret', 'clientSecretFile', 'scopes']) {
        if (isGiven(entry[field])) say('forges', index, field, { what: 'unknown', expects: 'nothing' });
      }
      continue;
    }
    if (!isGiven(entry.clientId)) say('forges', index, 'clientId', { what: 'missing', expects: 'clientId' });
    oneOf(entry, 'clientSecret', (what) =>
      say('forges', index, 'clientSecret', { what, expects: 'clientSecret' }),
    );
  }
  for (const [index, entry] of servers.entries()) {
    oneOf(entry, 'serviceToken', (what) => say('servers', index, 'serviceToken', { what, expects: 'token' }));
    const wanted = entry.forge;
    if (typeof wanted === 'string' ? !forges.some(({ id }) => id === wanted) : forges.length > 1) {
      say('servers', index, 'forge', {
        what: typeof wanted === 'string' ? 'noForge' : 'missing',
        expects: 'forge',
        choices: forges.map(({ id }) => String(id)),
      });
    }
  }
  return faults;
}

function oneOf(entry: Tree, field: string, say: (what: 'missing' | 'bothGiven') => void): void {
  const given = [entry[field], entry[`${field}File`]].filter(isGiven);
  if (given.length === 0) say('missing');
  if (given.length === 2) say('bothGiven');
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== '';

const entriesOf = (value: unknown): Tree[] =>
  Array.isArray(value)
    ? value.map((entry) => (typeof entry === 'object' && entry !== null ? (entry as Tree) : {}))
    : [];

/** `*`, `0.0.0.0/0`, `true` and the like: anybody could then claim any network address. */
export function trustsEverybody(value: unknown): boolean {
  const all = Array.isArray(value) ? value : [value];
  return all.some(
    (one) => one === true || (typeof one === 'string' && /^(\*|true|all|.*\/0)$/i.test(one.trim())),
  );
}
