import { isBelow } from '../../../domain/addresses.ts';
import { Failure } from '../../../domain/failure.ts';
import type { CiOneClick } from '../../../ports/ci-server.ts';
import { redact } from '../../upstream/redact.ts';
import type { RawAnswer, Upstream } from '../../upstream/types.ts';
import type { CiAdapterOptions } from '../options.ts';
import { routes } from './routes.ts';
import { personOf } from './translate.ts';
import { tokenWire, userWire } from './wire.ts';

const stateCookie = '_oauth_state_';
const sessionCookie = '_session_';

/**
 * The server's own sign-in with its redirect address pointed at the console (`DRONE_GITEA_REDIRECT_URL`): the console
 * plays the browser on the server's side, the person's browser only ever sees the forge. Recorded on 2.25.0.
 * The only calls that carry a cookie.
 */
export function createOneClick(
  upstream: Upstream,
  instance: string,
  publicUrl: string,
  { callbackUrl, forgeUrl }: Pick<CiAdapterOptions, 'callbackUrl' | 'forgeUrl'>,
): CiOneClick {
  const refused = (message: string, raw: string) =>
    new Failure('ci_refused', message, { instance, raw: redact(raw) });
  const misdirected = (message: string, raw: string) =>
    new Failure('link_misdirected', message, { instance, raw: redact(raw) });
  // A code is good for one use: never repeated, although it is a GET.
  const once = { retries: 0 };

  return {
    begin: async () => {
      const answer = await upstream.raw({ route: routes.login, ...once });
      const location = header(answer, 'location');
      const state = /^https?:\/\//.test(location) ? new URL(location).searchParams.get('state') : null;
      const cookie = cookieOf(answer, stateCookie);
      if (!state || !cookie) {
        throw refused(
          'The CI server does not sign people in through its forge.',
          location || `${answer.status}`,
        );
      }
      // Accounts are compared by login: that of another forge could be somebody else's.
      if (forgeUrl !== undefined && !isBelow(location, forgeUrl)) {
        throw misdirected(
          "The CI server's sign-in leads to another address than the forge's.",
          `leads to ${withoutQuery(location)}, expected below ${forgeUrl}`,
        );
      }
      const comesBack = new URL(location).searchParams.get('redirect_uri');
      if (callbackUrl !== undefined && comesBack !== callbackUrl) {
        throw misdirected(
          "The CI server's redirect address does not point at the console.",
          `redirect_uri is ${comesBack}, expected ${callbackUrl}`,
        );
      }
      if (cookie !== state) throw refused('The CI server keeps another state than it sent.', 'state');
      return { location, state, cookie: `${stateCookie}=${cookie}` };
    },

    finish: async ({ code, state }, cookie) => {
      const answer = await upstream.raw({ route: routes.login, query: { code, state }, cookie, ...once });
      const location = header(answer, 'location');
      const complaint = /\/login\/error\?message=(.*)$/s.exec(location)?.[1];
      // Not percent-encoded by the server, so not decoded here.
      if (complaint !== undefined) throw refused('The CI server refused the sign-in.', complaint);
      const session = cookieOf(answer, sessionCookie);
      if (answer.status !== 303 || !session) {
        throw refused('The CI server did not finish the sign-in.', `${answer.status} ${location}`);
      }
      const signedIn = { cookie: `${sessionCookie}=${session}` };
      try {
        const person = personOf(await upstream.json(userWire, { route: routes.me, ...signedIn }));
        // Shows the token the person has; nothing is made anew, so repeating it is harmless.
        const { token } = await upstream.json(tokenWire, {
          route: routes.token,
          mutating: false,
          ...signedIn,
        });
        return { token, person };
      } finally {
        // The token outlives the session.
        await upstream.raw({ route: routes.logout, ...once, ...signedIn }).catch(() => {});
      }
    },

    handOn: (rawQuery) => `${publicUrl}/login?${rawQuery.replace(/^\?/, '').replace(/[\r\n#]/g, '')}`,
  };
}

const withoutQuery = (address: string): string => address.replace(/[?#].*$/s, '');

function header(answer: RawAnswer, name: string): string {
  const value = answer.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** Value of a cookie that is being set; '' when it is only cleared. */
function cookieOf(answer: RawAnswer, name: string): string {
  const value = answer.headers['set-cookie'] ?? [];
  for (const line of Array.isArray(value) ? value : [value]) {
    if (line.startsWith(`${name}=`)) return line.slice(name.length + 1).split(';', 1)[0] ?? '';
  }
  return '';
}
