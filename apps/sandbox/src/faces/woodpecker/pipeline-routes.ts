import { WpRefusal } from '../../woodpecker/actions.ts';
import { hashOf } from '../../woodpecker/config-files.ts';
import { type WpPipeline, type WpRepo, wpEvents, wpStatuses } from '../../woodpecker/model.ts';
import type { StepLines } from '../../woodpecker/step-lines.ts';
import { sendGenerated } from '../../world/generated-log.ts';
import type { Router } from '../router.ts';
import { pipelineOf, repoFor } from './access.ts';
import { type Call, intParam, NoRoute, orNull, pageOf, sendJson } from './context.ts';
import { metadataShape } from './metadata.ts';
import { logShape } from './shapes.ts';
import { wire } from './wire.ts';

/** What is read of pipelines. */
export function pipelineRoutes(router: Router<Call>): void {
  const path = '/api/repos/{repo}/pipelines';
  router.on('GET', path, (call) => {
    const repo = repoFor(call, 'pull');
    const found = call.state.pipelinesOf(repo.id).filter(wanted(call));
    sendJson(
      call,
      pageOf(call, found).map((one) => wire.pipeline(call.server, one)),
    );
  });
  // The newest push of the branch, whatever became of it.
  router.on('GET', `${path}/latest`, (call) => {
    const repo = repoFor(call, 'pull');
    const branch = call.query.get('branch') || repo.defaultBranch;
    const latest = call.state
      .pipelinesOf(repo.id)
      .find((one) => one.event === 'push' && one.branch === branch);
    if (!latest) throw new WpRefusal(404);
    sendJson(call, wire.pipeline(call.server, latest, { workflows: true }));
  });
  router.on('GET', `${path}/{number}`, (call) => {
    const pipeline = pipelineOf(call, repoFor(call, 'pull'));
    sendJson(call, wire.pipeline(call.server, pipeline, { workflows: true }));
  });
  router.on('GET', `${path}/{number}/config`, (call) => {
    const { configs } = pipelineOf(call, repoFor(call, 'pull'));
    sendJson(
      call,
      configs.map((one) => ({
        hash: hashOf(one),
        name: one.name,
        data: Buffer.from(one.text).toString('base64'),
      })),
    );
  });
  router.on('GET', `${path}/{number}/metadata`, (call) => {
    const repo = repoFor(call, 'push');
    if (call.server.isOld) throw new NoRoute();
    sendJson(call, metadataShape(call.server, repo, pipelineOf(call, repo)));
  });
  router.on('GET', '/api/repos/{repo}/logs/{number}/{step}', (call) => {
    const step = stepOf(call, repoFor(call, 'pull'));
    const generated = call.state.generatedLog(step);
    if (generated) return sendMade(call, generated, step);
    const log = call.state.storedLog(step) ?? [];
    sendJson(call, orNull(log.map((entry) => logShape(entry, step))));
  });
}

function sendMade(call: Call, log: StepLines, step: number): Promise<void> {
  call.response.statusCode = 200;
  call.response.setHeader('content-type', 'application/json; charset=utf-8');
  // As long as it was when it was asked for: the step may go on printing.
  return sendGenerated(call.response, { lines: log.count }, (index) => {
    const entry = log.at(index);
    if (!entry) throw new Error(`there is no line ${index}`);
    const { id, time, line } = entry;
    const data = entry.data === null ? 'null' : `"${entry.data.toString('base64')}"`;
    return `{"id":${id},"step_id":${step},"time":${time},"line":${line},"data":${data},"type":0}`;
  });
}

/** @throws WpRefusal 404 for a step of another pipeline or of none. */
export function stepOf(call: Call, repo: WpRepo): number {
  const pipeline = pipelineOf(call, repo);
  const step = call.state.step(pipeline, intParam(call, 'step'));
  if (!step) throw new WpRefusal(404);
  return step.id;
}

/**
 * The list's filters: `branch` exactly, any of `event`, one `status`, a part of `ref`, `before` and `after` exclusively.
 * @throws WpRefusal 400 for what is no event, status or date
 */
function wanted(call: Call): (pipeline: WpPipeline) => boolean {
  const { query } = call;
  const old = call.server.isOld;
  const given = (name: string): string =>
    old && name !== 'before' && name !== 'after' ? '' : (query.get(name) ?? '');
  const events = given('event')
    .split(',')
    .filter((one) => one !== '');
  const status = given('status');
  if (events.some((one) => !wpEvents.some((known) => known === one))) throw new WpRefusal(400);
  if (status !== '' && !wpStatuses.some((known) => known === status)) throw new WpRefusal(400);
  const [before, after] = [moment(given('before')), moment(given('after'))];
  const branch = given('branch');
  const ref = given('ref');
  return (one) =>
    (branch === '' || one.branch === branch) &&
    (events.length === 0 || events.includes(one.event)) &&
    (status === '' || one.status === status) &&
    (ref === '' || one.ref.includes(ref)) &&
    (before === undefined || one.created < before) &&
    (after === undefined || one.created > after);
}

function moment(text: string): number | undefined {
  if (text === '') return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || !/^\d{4}-\d\d-\d\dT/.test(text)) throw new WpRefusal(400);
  return ms / 1000;
}
