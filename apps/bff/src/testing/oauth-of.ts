import type { Forge, ForgeOAuth } from '../ports/forge.ts';

/** A forge's OAuth provider; fails where it has none. */
export function oauthOf(forge: Forge): ForgeOAuth {
  if (!forge.oauth) throw new Error(`${forge.product} has no OAuth provider`);
  return forge.oauth;
}
