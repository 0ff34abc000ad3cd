import { forgeCatalog } from '../../src/adapters/forge/catalog.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { MakeForge } from './harness.ts';

type Kind = keyof typeof forgeCatalog;

/** A real forge; null without an address in the environment. The variables are listed in forge.suite.ts. */
export function liveForge(kind: Kind): MakeForge | null {
  const name = (field: string) => `FLIGHTDECK_LIVE_${kind.toUpperCase()}_${field}`;
  const env = (field: string): string => process.env[name(field)] ?? '';
  if (env('URL') === '') return null;

  return async () => {
    for (const field of ['TOKEN', 'REPO']) if (!env(field)) throw new Error(`${name(field)} is missing`);
    const forge = forgeCatalog[kind]({
      id: kind,
      name: kind,
      publicUrl: env('URL'),
      internalUrl: env('URL'),
      ...(env('CA_FILE') ? { caFile: env('CA_FILE') } : {}),
      clientId: env('CLIENT_ID') || 'made-up-client-id',
      clientSecret: env('CLIENT_SECRET') || 'made-up-client-secret',
      clock: systemClock,
    });
    const others = [
      { token: env('WRITER_TOKEN'), level: 'write' as const },
      { token: env('READER_TOKEN'), level: 'read' as const },
      { token: env('OUTSIDER_TOKEN'), level: 'none' as const },
    ].filter((one) => one.token !== '');
    const held = {
      accessToken: '',
      refreshToken: env('REFRESH_TOKEN'),
      expiresAt: null,
      redirectUri: env('REDIRECT_URI') || 'http://127.0.0.1/callback',
    };
    return {
      forge,
      repository: { path: env('REPO'), branch: env('BRANCH') || 'main', file: 'README.md' },
      admin: env('TOKEN'),
      others,
      pair: env('REFRESH_TOKEN') ? () => forge.refresh(held) : null,
      password: env('PASSWORD') ? { login: env('LOGIN'), password: env('PASSWORD') } : null,
      control: null,
      stop: async () => {},
    };
  };
}
