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

/** The page one is on with query and fragment, as the browser writes it: what `?return=` carries. */
export const here = (): string => window.location.pathname + window.location.search + window.location.hash;

/**
 * The page to go to after signing in, below the base path. Anything that leads elsewhere becomes the first page:
 * another origin, another base path, `//host`, backslashes.
 */
export function safeReturn(wanted: string | undefined): string {
  if (!wanted || !/^\/(?![/\\])/.test(wanted)) return '/';
  try {
    const url = new URL(wanted, window.location.origin);
    if (url.origin !== window.location.origin || !url.pathname.startsWith(basePath)) return '/';
    return url.pathname.slice(basePath.length - 1) + url.search + url.hash;
  } catch {
    return '/';
  }
}
