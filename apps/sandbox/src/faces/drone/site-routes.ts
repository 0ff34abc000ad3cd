import { send } from '../go-server.ts';
import type { Router } from '../router.ts';
import { repositoryFor, signedIn } from './access.ts';
import { badge } from './badge.ts';
import { type Call, intParam, jsonBody, noSuchRow, redirect, sendJson, sendNothing } from './context.ts';
import { page } from './page.ts';

const html = (call: Call): void => send(call, 200, 'text/html; charset=UTF-8', page);

export function siteRoutes(router: Router<Call>): void {
  router.on('GET', '/version', (call) => sendJson(call, { version: call.core.server.release }));
  router.on('GET', '/healthz', (call) => send(call, 200, 'text/plain; charset=utf-8', 'OK'));
  router.on('GET', '/varz', (call) => {
    sendJson(call, {
      scm: { url: `${call.core.world.addresses.gitea}/`, rate: { limit: 0, remaining: 0, reset: 0 } },
      license: { kind: 'free', seats: 0, repos: 0, expire_at: '0001-01-01T00:00:00Z' },
    });
  });
  router.on('GET', '/metrics', (call) => {
    const user = signedIn(call);
    if (!user.admin && !user.machine) return send(call, 403, 'text/plain; charset=utf-8', 'Forbidden\n');
    const { ci } = call.core.world;
    send(call, 200, 'text/plain; version=0.0.4', `drone_build_count ${ci.allBuilds().length}\n`);
  });
  router.on('GET', '/', (call) => (call.user ? html(call) : redirect(call, '/welcome')));
  router.on('GET', '/link/{owner}/{name}/commit/{sha}', (call) => {
    link(call, `commit/${call.query.get('sha') ?? call.params.sha ?? ''}`);
  });
  for (const kind of ['tree', 'src']) {
    router.on('GET', `/link/{owner}/{name}/${kind}/*`, (call) => {
      const sha = call.query.get('sha');
      const ref = (call.params['*'] ?? '')
        .replace(/^refs\/heads\//, 'branch/')
        .replace(/^refs\/tags\//, 'tag/');
      const pull = /^refs\/pull\/(\d+)/.exec(call.params['*'] ?? '');
      link(call, sha ? `commit/${sha}` : pull ? `pulls/${pull[1]}` : `src/${ref}`);
    });
  }
  router.on('GET', '/api/badges/{owner}/{name}/status.svg', showBadge);
  router.on('GET', '/api/badges/{owner}/{name}/cc.xml', (call) => {
    const repo = repositoryFor(call, 'read');
    const build = call.core.world.ci.buildsOf(repo.id)[0];
    if (!build) return send(call, 404, undefined, '');
    const words: Record<string, string> = {
      success: 'Success',
      failure: 'Failure',
      error: 'Exception',
      killed: 'Exception',
    };
    const activity = build.status === 'running' ? 'Building' : 'Sleeping';
    const at = new Date(build.started * 1000).toISOString();
    send(
      call,
      200,
      'application/xml',
      `<Projects><Project name="${repo.slug}" activity="${activity}" lastBuildStatus="${words[build.status] ?? 'Unknown'}" lastBuildLabel="${build.number}" lastBuildTime="${at}" webUrl="${call.core.world.addresses.drone}/${repo.slug}/${build.number}"></Project></Projects>`,
    );
  });
  cardRoutes(router);
}

function link(call: Call, tail: string): void {
  redirect(call, `${call.core.world.addresses.gitea}/${call.params.owner}/${call.params.name}/${tail}`);
}

/** For everybody, private repositories too: what is unknown answers `none`. */
function showBadge(call: Call): void {
  const { ci } = call.core.world;
  const repo = ci.repository(call.params.owner ?? '', call.params.name ?? '');
  const branch = call.query.get('branch');
  const ref = branch
    ? `refs/heads/${branch}`
    : (call.query.get('ref') ?? `refs/heads/${repo?.defaultBranch ?? ''}`);
  const build = repo
    ? ci.buildsOf(repo.id).find((one) => one.ref === ref && one.event !== 'pull_request')
    : undefined;
  call.response.setHeader('cache-control', 'no-cache, no-store, max-age=0, must-revalidate, value');
  call.response.setHeader('access-control-allow-origin', '*');
  call.response.setHeader('last-modified', new Date(call.core.world.clock.now()).toUTCString());
  call.response.setHeader('expires', 'Thu, 01 Jan 1970 00:00:00 GMT');
  send(call, 200, 'image/svg+xml', badge(build?.status));
}

function cardRoutes(router: Router<Call>): void {
  const path = '/api/repos/{owner}/{name}/cards/{number}/{stage}/{step}';
  const stepId = (call: Call, level: 'read' | 'admin'): number => {
    const repo = repositoryFor(call, level);
    const build = call.core.world.ci.build(repo.id, intParam(call, 'number'));
    const step = build
      ? call.core.world.ci.step(build, intParam(call, 'stage'), intParam(call, 'step'))
      : undefined;
    if (!step) throw noSuchRow();
    return step.id;
  };
  router.on('GET', path, (call) => {
    const card = call.core.world.ci.cards.get(String(stepId(call, 'read')));
    if (card === undefined) throw noSuchRow();
    sendJson(call, card);
  });
  router.on('POST', path, (call) => {
    const id = stepId(call, 'admin');
    call.core.world.ci.cards.set(String(id), jsonBody(call).data ?? {});
    sendJson(call, id);
  });
  router.on('DELETE', path, (call) => {
    call.core.world.ci.cards.delete(String(stepId(call, 'admin')));
    sendNothing(call);
  });
}
