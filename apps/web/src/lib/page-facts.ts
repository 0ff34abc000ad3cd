/** The nonce of this page's policy. Browsers hide the attribute's text: the property holds it. */
export function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** Base path of the console with slashes at both ends: `/` or `/ci/`. */
export const basePath: string = normalise(
  document.querySelector<HTMLMetaElement>('meta[name="flightdeck-base"]')?.content ?? '/',
);

function normalise(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '/' : `/${inner}/`;
}

/** Address below the base path: `/repos` → `/ci/repos`. */
export const withBase = (path: string): string => basePath + path.replace(/^\//, '');

/** The page one is on, below the base path, with query and fragment: what `?return=` carries. */
export function here(): string {
  const { pathname, search, hash } = window.location;
  const inner = pathname.startsWith(basePath) ? pathname.slice(basePath.length - 1) : '/';
  return inner + search + hash;
}
