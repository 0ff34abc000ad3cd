import { D8Refusal } from '../../drone-0.8/actions.ts';
import type { D8Registry } from '../../drone-0.8/model.ts';
import { text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { repoFor } from './access.ts';
import { type Call, jsonBody, sendJson, sendNothing } from './context.ts';
import { registryShape } from './shapes.ts';

const path = '/api/repos/{owner}/{name}/registry';
const noRows = 'sql: no rows in result set';

/** What a body says, the rest empty: POST and PATCH answer with this and not with the row. */
function given(call: Call): Omit<D8Registry, 'repoId'> {
  const body = jsonBody(call, (fault) => `Error parsing request. ${fault}`);
  const word = (key: string): string => text(body, key) ?? '';
  const [address, username, password] = [word('address'), word('username'), word('password')];
  return { id: 0, address, username, password, email: word('email'), token: word('token') };
}

function fault({ address, username, password }: Omit<D8Registry, 'repoId'>): string | undefined {
  if (address === '') return 'Invalid Registry Address';
  if (username === '') return 'Invalid Registry Username';
  return password === '' ? 'Invalid Registry Password' : undefined;
}

export function registryRoutes(router: Router<Call>): void {
  router.on('GET', path, (call) => {
    const repo = repoFor(call, 'push');
    sendJson(call, call.state.registries.filter((one) => one.repoId === repo.id).map(registryShape));
  });
  router.on('POST', path, (call) => {
    const repo = repoFor(call, 'push');
    const sent = given(call);
    const wrong = fault(sent);
    if (wrong) throw new D8Refusal(400, `Error inserting registry. ${wrong}`);
    if (call.state.registries.some((one) => one.repoId === repo.id && one.address === sent.address))
      throw new D8Refusal(
        500,
        `Error inserting registry ${JSON.stringify(sent.address)}. meddler.Insert: DB error in Exec: UNIQUE constraint failed: registry.registry_addr, registry.registry_repo_id`,
      );
    call.state.registries.push({ ...sent, id: call.state.nextId('registry'), repoId: repo.id });
    sendJson(call, registryShape(sent));
  });
  router.on('GET', `${path}/{registry}`, (call) => sendJson(call, registryShape(found(call))));
  router.on('PATCH', `${path}/{registry}`, (call) => {
    repoFor(call, 'push');
    const sent = given(call);
    const row = found(call);
    row.username = sent.username || row.username;
    row.password = sent.password || row.password;
    row.token = sent.token || row.token;
    row.email = sent.email || row.email;
    sendJson(call, registryShape(sent));
  });
  router.on('DELETE', `${path}/{registry}`, (call) => {
    const row = lookUp(call);
    const address = JSON.stringify(call.params.registry);
    if (!row) throw new D8Refusal(500, `Error deleting registry ${address}. ${noRows}`);
    call.state.registries = call.state.registries.filter((one) => one !== row);
    sendNothing(call);
  });
}

function lookUp(call: Call): D8Registry | undefined {
  const repo = repoFor(call, 'push');
  return call.state.registries.find((one) => one.repoId === repo.id && one.address === call.params.registry);
}

function found(call: Call): D8Registry {
  const row = lookUp(call);
  const address = JSON.stringify(call.params.registry);
  if (!row) throw new D8Refusal(404, `Error getting registry ${address}. ${noRows}`);
  return row;
}
