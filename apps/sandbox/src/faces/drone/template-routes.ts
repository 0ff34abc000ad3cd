import { CiError } from '../../ci/build-input.ts';
import { text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { organisation } from './access.ts';
import { type Call, jsonBody, noSuchRow, sendJson, sendNothing } from './context.ts';
import { templateShape } from './shapes.ts';

export function templateRoutes(router: Router<Call>): void {
  const all = (call: Call) => call.core.world.ci.templates;
  const one = (call: Call, namespace: string) => {
    const found = all(call).find(
      (each) => each.namespace === namespace && each.name === call.params.template,
    );
    if (!found) throw noSuchRow();
    return found;
  };
  router.on('GET', '/api/templates', (call) => {
    if (!call.user?.admin) throw new CiError(401, call.user ? 'Forbidden' : 'Unauthorized');
    sendJson(call, all(call).map(templateShape));
  });
  router.on('GET', '/api/templates/{namespace}', (call) => {
    const namespace = organisation(call);
    sendJson(
      call,
      all(call)
        .filter((each) => each.namespace === namespace)
        .map(templateShape),
    );
  });
  router.on('POST', '/api/templates/{namespace}', (call) => {
    const namespace = organisation(call);
    const body = jsonBody(call);
    const name = text(body, 'name') ?? '';
    const data = text(body, 'data') ?? '';
    if (name === '') throw new CiError(400, 'Template Name is required');
    if (!/\.(ya?ml|star|starlark|script|jsonnet)$/.test(name))
      throw new CiError(400, 'Template extension invalid');
    if (data === '') throw new CiError(400, 'Template Data is required');
    const template = { id: call.core.world.ci.nextId('template'), name, namespace, data };
    all(call).push(template);
    sendJson(call, templateShape(template));
  });
  router.on('GET', '/api/templates/{namespace}/{template}', (call) =>
    sendJson(call, templateShape(one(call, organisation(call)))),
  );
  for (const method of ['PUT', 'PATCH']) {
    router.on(method, '/api/templates/{namespace}/{template}', (call) => {
      const template = one(call, organisation(call));
      template.data = text(jsonBody(call), 'data') ?? template.data;
      sendJson(call, templateShape(template));
    });
  }
  router.on('DELETE', '/api/templates/{namespace}/{template}', (call) => {
    const template = one(call, organisation(call));
    const { ci } = call.core.world;
    ci.templates = ci.templates.filter((each) => each !== template);
    sendNothing(call);
  });
}
