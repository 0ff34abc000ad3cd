import { WpRefusal } from '../../woodpecker/actions.ts';
import type { WpRepo } from '../../woodpecker/model.ts';
import { makeToken } from '../../woodpecker/tokens.ts';
import { send, sendText } from '../go-server.ts';
import type { Router } from '../router.ts';
import { signedIn } from './access.ts';
import { badgeText } from './badge.ts';
import { type Call, pageOf, sendJson, sendNothing } from './context.ts';
import { wire } from './wire.ts';

const publicKey = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAc2FuZGJveCBtYWRlIHVwIHB1YmxpYyBrZXkgISEhIQ0=
-----END PUBLIC KEY-----
`;

export function siteRoutes(router: Router<Call>): void {
  router.on('GET', '/version', (call) =>
    sendJson(call, { source: 'https://github.com/woodpecker-ci/woodpecker', version: call.server.release }),
  );
  router.on('GET', '/healthz', sendNothing);
  router.on('GET', '/web-config.js', webConfig);
  router.on('GET', '/api/signature/public-key', (call) => {
    if (call.server.isOld) signedIn(call);
    sendText(call, 200, publicKey);
  });
  router.on('GET', '/api/forges', (call) => sendJson(call, pageOf(call, [forge(call)])));
  router.on('GET', '/api/forges/{forge}', (call) => {
    if (call.params.forge !== '1') throw new WpRefusal(404);
    sendJson(call, forge(call));
  });
  // For everybody, private repositories too.
  const badge = (call: Call, repo: WpRepo | undefined): void => {
    if (!repo) throw new WpRefusal(404);
    send(call, 200, 'image/svg+xml', badgeText(call.state, repo, call.query.get('branch')));
  };
  router.on('GET', '/api/badges/{repo}/status.svg', (call) =>
    badge(call, call.state.repo(Number(call.params.repo))),
  );
  router.on('GET', '/api/badges/{owner}/{name}/status.svg', (call) =>
    badge(call, call.state.repoBySlug(`${call.params.owner}/${call.params.name}`)),
  );
}

const forge = (call: Call): object => ({
  id: 1,
  type: 'gitea',
  url: call.server.world.addresses.gitea,
});

/** JavaScript for the server's own pages; some of its lines lack their semicolon. */
function webConfig(call: Call): void {
  const user = call.user ? JSON.stringify(wire.user(call.server, call.user)) : 'null';
  const csrf = call.user ? makeToken(call.user, 'csrf') : '';
  const root = new URL(call.server.settings.host()).pathname.replace(/\/$/, '');
  const lines = [
    `window.WOODPECKER_USER = ${user};`,
    `window.WOODPECKER_CSRF = "${csrf}";`,
    `window.WOODPECKER_VERSION = "${call.server.release}";`,
    `window.WOODPECKER_ROOT_PATH = "${root}";`,
    'window.WOODPECKER_ENABLE_SWAGGER = true;',
    'window.WOODPECKER_SKIP_VERSION_CHECK = true',
    'window.WOODPECKER_USER_REGISTERED_AGENTS = true',
    'window.WOODPECKER_MAX_PIPELINE_LOG_LINE_COUNT = 5000',
    'window.WOODPECKER_DEFAULT_CONFIG_PATHS = [".woodpecker/",".woodpecker.yaml",".woodpecker.yml"]',
  ];
  send(call, 200, 'text/javascript; charset=utf-8', `${lines.join('\n')}\n`);
}
