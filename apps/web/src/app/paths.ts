import { isPathSegment } from '@flightdeck/api-client/model';

/** Every address of the console, below its base path. A repository's groups stay readable: `/r/ci/group/sub/name`. */
export const paths = {
  deck: (whose: 'all' | 'mine' = 'all') => (whose === 'mine' ? '/?whose=mine' : '/'),
  repositories: (query: { show?: string; q?: string } = {}) => `/repos${queryText(query)}`,
  account: () => '/account',
  /** Check of the configuration, for administrators. */
  doctor: () => '/admin/doctor',
  /** `ended`: the forge that no longer takes the person's sign-in. */
  signIn: (back?: string, ended?: string) =>
    `/sign-in${queryText({ return: back === '/' ? undefined : back, ended })}`,
  repository: (server: string, path: string, filters: Record<string, string> = {}) =>
    `/r/${server}/${path}${queryText(filters)}`,
  deployments: (server: string, path: string) => `/r/${server}/${path}/-/deployments`,
  settings: (server: string, path: string, part: SettingsPart = 'general') =>
    part === 'general' ? `/r/${server}/${path}/-/settings` : `/r/${server}/${path}/-/settings/${part}`,
  build: (server: string, path: string, number: number) => `/r/${server}/${path}/-/builds/${number}`,
  /** `lines`: first and last position, for the fragment `#p120-p140`. */
  step: (
    server: string,
    path: string,
    number: number,
    stage: number,
    step: number,
    lines?: [number, number],
  ) => `/r/${server}/${path}/-/builds/${number}/${stage}/${step}${lines ? fragment(lines) : ''}`,
};

export const settingsParts = ['general', 'secrets', 'registries'] as const;
export type SettingsPart = (typeof settingsParts)[number];

const fragment = ([first, last]: [number, number]) => (first === last ? `#p${first}` : `#p${first}-p${last}`);

function queryText(query: Record<string, string | undefined>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}

export type RepositoryView =
  | { kind: 'builds' }
  | { kind: 'deployments' }
  | { kind: 'settings'; part: SettingsPart }
  | { kind: 'build'; number: number; stage: number | null; step: number | null };

/**
 * Reads what comes after `/r/:server/`: the repository's path and, behind `/-/`, the view. A repository may itself be
 * called `-`, so the separator is looked for from the third segment on.
 * Answers null for anything that is no address of ours.
 */
export function readRepositoryAddress(rest: string): { path: string; view: RepositoryView } | null {
  const segments = rest.replace(/\/+$/, '').split('/');
  const cut = segments.indexOf('-', 2);
  const path = cut === -1 ? segments : segments.slice(0, cut);
  if (path.length < 2 || path.length > 20 || !path.every(isPathSegment)) return null;
  const view = cut === -1 ? ({ kind: 'builds' } as const) : readView(segments.slice(cut + 1));
  return view ? { path: path.join('/'), view } : null;
}

/** The place an address is in: steps and lines of a build are parts of one place. */
export function placeOf(pathname: string): string {
  const [, server = '', rest = ''] = /^\/r\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  const address = readRepositoryAddress(rest);
  return address?.view.kind === 'build' ? paths.build(server, address.path, address.view.number) : pathname;
}

function readView([name, ...more]: string[]): RepositoryView | null {
  if (name === 'deployments' && more.length === 0) return { kind: 'deployments' };
  if (name === 'settings' && more.length <= 1) {
    const part = settingsParts.find((known) => known === (more[0] ?? 'general'));
    return part ? { kind: 'settings', part } : null;
  }
  if (name === 'builds' && more.length === 0) return { kind: 'builds' };
  if (name === 'builds' && (more.length === 1 || more.length === 3)) {
    const numbers = more.map((text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : null));
    if (numbers.includes(null)) return null;
    return { kind: 'build', number: numbers[0] ?? 0, stage: numbers[1] ?? null, step: numbers[2] ?? null };
  }
  return null;
}
