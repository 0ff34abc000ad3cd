import { approve, cancel, decline, deploy, restart, startCustom } from '../../ci/actions.ts';
import { CiError, MissingPipelineFile } from '../../ci/build-input.ts';
import { type GeneratedLog, generatedLine, generatedTime, sendGenerated } from '../../world/generated-log.ts';
import type { CiBuild, CiRepository, CiStage, LogRecord } from '../../world/model.ts';
import { goInt, goJson } from '../go.ts';
import { send } from '../go-server.ts';
import type { Router } from '../router.ts';
import { repositoryFor, signedIn } from './access.ts';
import { type Call, intParam, noSuchRow, sendJson, sendNothing, unchanged } from './context.ts';
import { paging } from './repo-routes.ts';
import { buildShape } from './shapes.ts';

const path = '/api/repos/{owner}/{name}/builds';

function buildOf(call: Call, repo: CiRepository): CiBuild {
  const build = call.core.world.ci.build(repo.id, intParam(call, 'number'));
  if (!build) throw noSuchRow();
  return build;
}

/** Query keys that are parameters of the build: all but those the call itself reads. */
function params(call: Call, own: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of call.query) {
    if (key !== 'access_token' && !own.includes(key) && !(key in found)) found[key] = value;
  }
  return found;
}

/** Sends a new build or `null`; a missing pipeline file is an answer only after some 45 s. */
export async function sendStarted(call: Call, start: () => CiBuild | null): Promise<void> {
  try {
    const build = start();
    sendJson(call, build ? buildShape(build) : null);
  } catch (error) {
    if (error instanceof MissingPipelineFile) {
      await new Promise<void>((done) => {
        call.core.world.clock.after(call.core.server.missingFileDelay, done);
      });
    }
    throw error;
  }
}

export function buildRoutes(router: Router<Call>): void {
  // Plain words first: they would also fit `{number}`.
  latestRoutes(router);
  router.on('GET', path, listBuilds);
  router.on('POST', path, (call) => {
    const repo = repositoryFor(call, 'write');
    const value = (key: string): string => call.query.get(key) ?? formValue(call, key);
    return sendStarted(call, () =>
      startCustom(call.core.server, repo, signedIn(call), {
        branch: value('branch'),
        commit: value('commit'),
        // 1.10 takes neither: they are parameters and no more.
        message: call.core.server.isOld ? '' : value('message'),
        action: call.core.server.isOld ? '' : value('action'),
        params: params(call, ['commit', 'branch']),
      }),
    );
  });
  router.on('DELETE', path, (call) => {
    const repo = repositoryFor(call, 'admin');
    let before: number;
    try {
      before = goInt(call.query.get('before') ?? '');
    } catch (error) {
      throw new CiError(400, error instanceof Error ? error.message : '');
    }
    const { ci } = call.core.world;
    for (const build of ci.buildsOf(repo.id)) if (build.number < before) ci.removeBuild(build);
    sendNothing(call);
  });
  router.on('GET', `${path}/{number}`, (call) => {
    const repo = repositoryFor(call, 'read');
    sendJson(call, buildShape(buildOf(call, repo), true));
  });
  router.on('POST', `${path}/{number}`, (call) => {
    const repo = repositoryFor(call, 'write');
    const build = buildOf(call, repo);
    const debug = call.query.get('debug') === 'true';
    return sendStarted(call, () =>
      restart(call.core.server, repo, build, signedIn(call), params(call, ['debug']), debug),
    );
  });
  router.on('DELETE', `${path}/{number}`, (call) => {
    const repo = repositoryFor(call, 'write');
    const build = buildOf(call, repo);
    cancel(call.core.server, build);
    sendJson(call, buildShape(build, true));
  });
  for (const event of ['promote', 'rollback'] as const) {
    router.on('POST', `${path}/{number}/${event}`, (call) => {
      const repo = repositoryFor(call, 'write');
      const build = buildOf(call, repo);
      const target = call.query.get('target') ?? formValue(call, 'target');
      return sendStarted(call, () =>
        deploy(call.core.server, repo, build, signedIn(call), event, target, params(call, ['target'])),
      );
    });
  }
  approvalRoutes(router);
  logRoutes(router);
}

function formValue(call: Call, key: string): string {
  const type = call.request.headers['content-type'] ?? '';
  return type.startsWith('application/x-www-form-urlencoded')
    ? (new URLSearchParams(call.body).get(key) ?? '')
    : '';
}

/** `branch` or `tag`, by ref: so pull requests and tags are not among a branch's builds. */
function listBuilds(call: Call): void {
  const repo = repositoryFor(call, 'read');
  const { page, size } = paging(call, 100);
  const branch = call.query.get('branch') ?? '';
  const tag = call.core.server.isOld ? '' : (call.query.get('tag') ?? '');
  const ref = branch !== '' ? `refs/heads/${branch}` : tag !== '' ? `refs/tags/${tag}` : '';
  const builds = call.core.world.ci.buildsOf(repo.id).filter((build) => ref === '' || build.ref === ref);
  sendJson(
    call,
    builds.slice((page - 1) * size, page * size).map((build) => buildShape(build)),
  );
}

function latestRoutes(router: Router<Call>): void {
  router.on('GET', `${path}/latest`, (call) => {
    const repo = repositoryFor(call, 'read');
    const branch = call.query.get('branch') ?? '';
    const ref =
      branch !== '' ? `refs/heads/${branch}` : (call.query.get('ref') ?? `refs/heads/${repo.defaultBranch}`);
    const build = call.core.world.ci.buildsOf(repo.id).find((one) => one.ref === ref);
    if (!build) throw noSuchRow();
    sendJson(call, buildShape(build, true));
  });
  const kinds = ['branches', 'pulls', 'deployments'] as const;
  for (const kind of kinds) {
    router.on('GET', `${path}/${kind}`, (call) => {
      const repo = repositoryFor(call, 'read');
      const ids = [...call.core.world.ci.latestOf(repo.id)[kind].values()];
      const builds = ids.map((id) => call.core.world.ci.buildById(id)).filter((build) => build !== undefined);
      // The real server sorts these lists by nothing at all.
      sendJson(
        call,
        builds.sort((a, b) => a.id - b.id).map((build) => buildShape(build)),
      );
    });
  }
  router.on('DELETE', `${path}/branches/*`, (call) => {
    const repo = repositoryFor(call, 'write');
    call.core.world.ci.latestOf(repo.id).branches.delete(call.params['*'] ?? '');
    sendNothing(call);
  });
  router.on('DELETE', `${path}/pulls/{pull}`, (call) => {
    const repo = repositoryFor(call, 'write');
    call.core.world.ci.latestOf(repo.id).pulls.delete(Number(call.params.pull));
    sendNothing(call);
  });
  router.on('DELETE', `${path}/deployments/*`, (call) => {
    const repo = repositoryFor(call, 'write');
    call.core.world.ci.latestOf(repo.id).deployments.delete(call.params['*'] ?? '');
    sendNothing(call);
  });
}

function stageOf(call: Call, build: CiBuild): CiStage {
  const stage = call.core.world.ci.stage(build, intParam(call, 'stage'));
  if (!stage) throw noSuchRow();
  return stage;
}

function approvalRoutes(router: Router<Call>): void {
  router.on('POST', `${path}/{number}/approve/{stage}`, async (call) => {
    const build = buildOf(call, repositoryFor(call, 'admin'));
    const stage = stageOf(call, build);
    await unchanged(stage);
    approve(call.core.server, build, stage);
    sendNothing(call);
  });
  router.on('POST', `${path}/{number}/decline/{stage}`, async (call) => {
    const build = buildOf(call, repositoryFor(call, 'admin'));
    const stage = stageOf(call, build);
    await unchanged(stage);
    decline(build, stage);
    sendNothing(call);
  });
  router.on('POST', `${path}/{number}/decline`, (call) => {
    const build = buildOf(call, repositoryFor(call, 'admin'));
    for (const stage of build.stages) decline(build, stage);
    sendNothing(call);
  });
}

function logRoutes(router: Router<Call>): void {
  const logPath = `${path}/{number}/logs/{stage}/{step}`;
  router.on('GET', logPath, (call) => {
    const build = buildOf(call, repositoryFor(call, 'read'));
    const step = call.core.world.ci.step(build, intParam(call, 'stage'), intParam(call, 'step'));
    const generated = step && call.core.world.ci.generatedLog(step.id);
    if (generated) return sendMade(call, generated);
    const records = step ? call.core.world.ci.storedLog(step.id) : undefined;
    if (!records) throw noSuchRow();
    send(call, 200, 'application/json', storedText(records));
  });
  router.on('DELETE', logPath, (call) => {
    const build = buildOf(call, repositoryFor(call, 'admin'));
    const step = call.core.world.ci.step(build, intParam(call, 'stage'), intParam(call, 'step'));
    if (step) call.core.world.ci.logs.delete(step.id);
    sendNothing(call);
  });
}

/** As the real server sends a log; past its limit of 5 MiB only because a test or benchmark wants it so. */
function sendMade(call: Call, log: GeneratedLog): Promise<void> {
  call.response.statusCode = 200;
  call.response.setHeader('content-type', 'application/json');
  return sendGenerated(call.response, log, (pos) => {
    const out = JSON.stringify(`${generatedLine(pos)}\n`).replace('>', '\\u003e');
    return `{"pos":${pos},"out":${out},"time":${generatedTime(pos)}}`;
  });
}

const texts = new WeakMap<LogRecord[], string>();

/** Stored text is copied as the runner's encoder sent it: bad bytes as escapes (recorded), `null` when empty. */
function storedText(records: LogRecord[]): string {
  let text = texts.get(records);
  if (text === undefined) {
    text = goJson(records.length === 0 ? null : records).replace(/\uFFFD/g, '\\ufffd');
    texts.set(records, text);
  }
  return text;
}
