import { WpRefusal } from '../../woodpecker/actions.ts';
import type { WpRegistry } from '../../woodpecker/model.ts';
import { text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { type Call, jsonBody, NoRoute, orNull, pageOf, sendJson, sendNothing } from './context.ts';
import { inScope, levels, type Scope } from './secret-routes.ts';
import { registryShape } from './shapes.ts';

/** What 2.8 still has under the name of 1.0; in later versions the path is the web interface's. */
const onlyOld =
  (scope: (call: Call) => Scope) =>
  (call: Call): Scope => {
    if (!call.server.isOld) throw new NoRoute();
    return scope(call);
  };

const places = levels.flatMap((level) => [
  { ...level, path: `${level.path}/registries` },
  ...(level.nullable
    ? [{ ...level, path: `${level.path}/registry`, read: onlyOld(level.read), write: onlyOld(level.write) }]
    : []),
]);

export function registryRoutes(router: Router<Call>): void {
  for (const { path, read, write, nullable } of places) {
    const one = (call: Call, scope: Scope): WpRegistry => {
      const own = call.state.registries.filter(inScope(scope));
      const found = own.find((each) => each.address === call.params.address);
      if (!found) throw new WpRefusal(404);
      return found;
    };
    router.on('GET', `${path}`, (call) => {
      const own = call.state.registries.filter(inScope(read(call)));
      const shapes = pageOf(call, own).map(registryShape);
      sendJson(call, nullable ? orNull(shapes) : shapes);
    });
    router.on('POST', `${path}`, (call) => create(call, write(call)));
    router.on('GET', `${path}/{address}`, (call) => sendJson(call, registryShape(one(call, read(call)))));
    router.on('PATCH', `${path}/{address}`, (call) => {
      const registry = one(call, write(call));
      const body = jsonBody(call);
      const address = text(body, 'address') ?? '';
      const username = text(body, 'username') ?? '';
      const password = text(body, 'password') ?? '';
      registry.username = username || registry.username;
      registry.password = password || registry.password;
      if (!nullable) registry.address = address || registry.address;
      // A repository's answers with what was sent and not with the row.
      sendJson(
        call,
        registryShape(nullable ? { id: 0, repoId: 0, orgId: 0, address, username, password } : registry),
      );
    });
    router.on('DELETE', `${path}/{address}`, (call) => {
      const registry = one(call, write(call));
      call.state.registries = call.state.registries.filter((each) => each !== registry);
      sendNothing(call);
    });
  }
}

function create(call: Call, scope: Scope): void {
  const body = jsonBody(call);
  const address = text(body, 'address') ?? '';
  const username = text(body, 'username') ?? '';
  const password = text(body, 'password') ?? '';
  const missing =
    address === '' ? 'address' : username === '' ? 'username' : password === '' ? 'password' : '';
  if (missing !== '') throw new WpRefusal(400, `Error inserting registry. invalid registry ${missing}`);
  const { state } = call;
  if (state.registries.some((one) => inScope(scope)(one) && one.address === address))
    throw new WpRefusal(
      500,
      `Error inserting registry "${address}". on insert duplicate based on constraints was detected`,
    );
  const row: WpRegistry = { id: state.nextId('registry'), ...scope, address, username, password };
  state.registries.push(row);
  // The ids of a repository's row are not in the answer.
  sendJson(call, registryShape(scope.repoId === 0 ? row : { ...row, id: 0, repoId: 0 }));
}
