/** What a route needs of an OAuth token; reading is enough for every route here. */
export type ScopeCategory = 'user' | 'repository' | 'organization' | 'misc';

const CATEGORIES = [
  'activitypub',
  'admin',
  'misc',
  'notification',
  'organization',
  'issue',
  'package',
  'repository',
  'user',
];
const KNOWN = new Set([
  'all',
  'public-only',
  'sudo',
  ...CATEGORIES.flatMap((one) => [`read:${one}`, `write:${one}`]),
]);
const OIDC = new Set(['openid', 'profile', 'email', 'groups']);

/**
 * The categories a grant's scope opens, `null` for all of them. Gitea (1.23 to 1.25, from reading) gives everything
 * where no granular scope was asked, and also where a single one was misspelt: a typing mistake widens access.
 */
function opened(scope: string): Set<string> | null {
  const words = scope.split(/[\s,]+/).filter((word) => word !== '' && !OIDC.has(word));
  if (words.length === 0 || words.some((word) => !KNOWN.has(word)) || words.includes('all')) return null;
  return new Set(words.map((word) => word.replace(/^(read|write):/, '')));
}

/** The refusal's text, or `undefined` when the scope is enough. The answer is 403, not 401. */
export function missingScope(scope: string, needed: readonly ScopeCategory[]): string | undefined {
  const open = opened(scope);
  if (open === null) return undefined;
  const missing = needed.filter((one) => !open.has(one));
  if (missing.length === 0) return undefined;
  const list = missing.map((one) => `read:${one}`).join(' ');
  return `token does not have at least one of required scope(s), required=[${list}], token scope=${scope}`;
}
