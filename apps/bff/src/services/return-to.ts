const longest = 2_048;

/**
 * The page to come back to after signing in: a path below the console's base path, with query and fragment. Anything
 * else becomes the first page. Browsers read `\` as `/`, drop tabs and line ends, and take `//host` for an address:
 * such a text is not repaired but refused.
 */
export function safeReturn(wish: unknown, publicUrl: string): string {
  const base = new URL(publicUrl);
  const home = base.pathname;
  if (typeof wish !== 'string' || wish.length > longest) return home;
  if (!wish.startsWith('/') || wish.startsWith('//')) return home;
  // Also every character that browsers strip or fold: controls, spaces of all kinds, full-width slashes.
  if (/[\\\p{Cc}\p{Cf}\p{Z}\u2044\u2215\u29f8\uff0f\uff3c]/u.test(wish)) return home;
  if (!URL.canParse(wish, publicUrl)) return home;
  const target = new URL(wish, base);
  if (target.origin !== base.origin || target.username || target.password) return home;
  const { pathname } = target;
  if (pathname !== home && !pathname.startsWith(home)) return home;
  // `%2f%2fhost` or `%5c` at the start of the path: harmless until something decodes it once more.
  const rest = pathname.slice(home.length);
  if (rest.startsWith('/') || /%(?:2f|5c|0[0-9a-f]|1[0-9a-f]|7f)/i.test(pathname)) return home;
  if (isAction(rest)) return home;
  return pathname + target.search + target.hash;
}

/** Addresses that do something or show no page: coming back to one would loop or confuse. */
const isAction = (rest: string): boolean => /^(auth|api|sign-in)(\/|$)/.test(rest);
