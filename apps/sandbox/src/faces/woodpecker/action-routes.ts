import {
  approve,
  cancel,
  decline,
  type Promotion,
  restart,
  startManual,
  WpRefusal,
} from '../../woodpecker/actions.ts';
import type { WpPipeline } from '../../woodpecker/model.ts';
import { stepsOf } from '../../woodpecker/state.ts';
import { text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { pipelineOf, repoFor, signedIn } from './access.ts';
import { type Call, jsonBody, sendJson, sendNothing, textMap } from './context.ts';
import { stepOf } from './pipeline-routes.ts';
import { wire } from './wire.ts';

const whole = (call: Call, pipeline: WpPipeline): void =>
  sendJson(call, wire.pipeline(call.server, pipeline, { workflows: true }));

/** Nothing matched: no body, and a header that says so. */
export function sendFiltered(call: Call): void {
  call.response.setHeader('pipeline-filtered', 'true');
  sendNothing(call);
}

export function actionRoutes(router: Router<Call>): void {
  const path = '/api/repos/{repo}/pipelines';
  router.on('POST', path, (call) => {
    const repo = repoFor(call, 'push');
    const body = jsonBody(call, true);
    const branch = text(body, 'branch') ?? '';
    const made = startManual(call.server, repo, signedIn(call), branch, textMap(body, 'variables') ?? {});
    if (made) whole(call, made);
    else sendFiltered(call);
  });
  router.on('POST', `${path}/{number}`, (call) => {
    const repo = repoFor(call, 'push');
    whole(call, restart(call.server, repo, pipelineOf(call, repo), promotionOf(call)));
  });
  router.on('POST', `${path}/{number}/cancel`, (call) => {
    cancel(call.server, pipelineOf(call, repoFor(call, 'push')), signedIn(call));
    sendNothing(call);
  });
  router.on('POST', `${path}/{number}/approve`, (call) => {
    const pipeline = pipelineOf(call, repoFor(call, 'push'));
    approve(call.server, pipeline, signedIn(call));
    whole(call, pipeline);
  });
  router.on('POST', `${path}/{number}/decline`, (call) => {
    const pipeline = pipelineOf(call, repoFor(call, 'push'));
    decline(call.server, pipeline, signedIn(call));
    whole(call, pipeline);
  });
  router.on('DELETE', `${path}/{number}`, (call) => {
    const pipeline = pipelineOf(call, repoFor(call, 'admin'));
    if (isOpen(pipeline)) throw new WpRefusal(422, `Cannot delete pipeline with status ${pipeline.status}`);
    call.state.removePipeline(pipeline);
    sendNothing(call);
  });
  router.on('DELETE', '/api/repos/{repo}/logs/{number}', (call) => {
    const pipeline = pipelineOf(call, repoFor(call, 'push'));
    if (isOpen(pipeline))
      throw new WpRefusal(422, `Cannot delete logs for pipeline with status ${pipeline.status}`);
    for (const step of stepsOf(pipeline)) call.state.deleteLog(step.id);
    sendNothing(call);
  });
  router.on('DELETE', '/api/repos/{repo}/logs/{number}/{step}', (call) => {
    const repo = repoFor(call, 'push');
    const id = stepOf(call, repo);
    const step = call.state.step(pipelineOf(call, repo), id);
    if (step?.state === 'pending' || step?.state === 'running')
      throw new WpRefusal(422, 'Cannot delete logs for a pending or running step');
    call.state.deleteLog(id);
    sendNothing(call);
  });
}

const isOpen = ({ status }: WpPipeline): boolean =>
  status === 'running' || status === 'pending' || status === 'blocked';

/** All of it is in the query; the body is not read. What has no meaning becomes environment. */
function promotionOf({ query }: Call): Promotion {
  const known = ['event', 'deploy_to', 'deploy_task'];
  return {
    event: query.get('event') ?? undefined,
    deployTo: query.get('deploy_to') ?? undefined,
    deployTask: query.get('deploy_task') ?? undefined,
    extra: Object.fromEntries([...query].filter(([name]) => !known.includes(name))),
  };
}
