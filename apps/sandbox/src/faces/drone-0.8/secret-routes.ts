import { D8Refusal } from '../../drone-0.8/actions.ts';
import type { D8Secret } from '../../drone-0.8/model.ts';
import { text, texts } from '../go-server.ts';
import type { Router } from '../router.ts';
import { repoFor } from './access.ts';
import { type Call, jsonBody, sendJson, sendNothing } from './context.ts';
import { secretShape } from './shapes.ts';

const path = '/api/repos/{owner}/{name}/secrets';
const noRows = 'sql: no rows in result set';
const quoted = (name: string): string => JSON.stringify(name);
const bodyOf = (call: Call): Record<string, unknown> =>
  jsonBody(call, (fault) => `Error parsing secret. ${fault}`);

/** Names as they are written; the server compares them without case only when it compiles. */
export function secretRoutes(router: Router<Call>): void {
  router.on('GET', path, (call) => {
    const repo = repoFor(call, 'push');
    const own = call.state.secrets.filter((one) => one.repoId === repo.id);
    sendJson(
      call,
      own.sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => secretShape(one)),
    );
  });
  router.on('POST', path, (call) => {
    const repo = repoFor(call, 'push');
    const body = bodyOf(call);
    const [name, value] = [text(body, 'name') ?? '', text(body, 'value') ?? ''];
    if (name === '') throw new D8Refusal(400, 'Error inserting secret. Invalid Secret Name');
    if (value === '') throw new D8Refusal(400, 'Error inserting secret. Invalid Secret Value');
    if (call.state.secrets.some((one) => one.repoId === repo.id && one.name === name))
      throw new D8Refusal(
        500,
        `Error inserting secret ${quoted(name)}. meddler.Insert: DB error in Exec: UNIQUE constraint failed: secrets.secret_name, secrets.secret_repo_id`,
      );
    const secret: D8Secret = {
      ...{ id: call.state.nextId('secret'), repoId: repo.id, name, value },
      ...{ images: texts(body, 'image') ?? null, events: texts(body, 'event') ?? null },
    };
    call.state.secrets.push(secret);
    sendJson(call, secretShape(secret));
  });
  router.on('GET', `${path}/{secret}`, (call) => sendJson(call, secretShape(found(call))));
  router.on('PATCH', `${path}/{secret}`, (call) => {
    repoFor(call, 'push');
    const body = bodyOf(call);
    const secret = found(call);
    // An empty list changes nothing, so a limit once set cannot be taken away.
    const [events, images] = [texts(body, 'event'), texts(body, 'image')];
    secret.value = text(body, 'value') || secret.value;
    if (events?.length) secret.events = events;
    if (images?.length) secret.images = images;
    sendJson(call, secretShape(secret));
  });
  router.on('DELETE', `${path}/{secret}`, (call) => {
    const secret = lookUp(call);
    if (!secret) throw new D8Refusal(500, `Error deleting secret ${nameOf(call)}. ${noRows}`);
    call.state.secrets = call.state.secrets.filter((one) => one !== secret);
    sendNothing(call);
  });
}

const nameOf = (call: Call): string => quoted(call.params.secret ?? '');

function lookUp(call: Call): D8Secret | undefined {
  const repo = repoFor(call, 'push');
  return call.state.secrets.find((one) => one.repoId === repo.id && one.name === call.params.secret);
}

function found(call: Call): D8Secret {
  const secret = lookUp(call);
  if (!secret) throw new D8Refusal(404, `Error getting secret ${nameOf(call)}. ${noRows}`);
  return secret;
}
