import { WpRefusal } from '../../woodpecker/actions.ts';
import { type WpEvent, type WpSecret, wpEvents } from '../../woodpecker/model.ts';
import { text, texts } from '../go-server.ts';
import type { Router } from '../router.ts';
import { instanceAdmin, repoFor, signedIn } from './access.ts';
import { type Call, jsonBody, orNull, pageOf, sendJson, sendNothing } from './context.ts';
import { orgFor } from './org-routes.ts';
import { wire } from './wire.ts';

/** Where secrets or registry credentials belong: a repository, an organisation, the whole server. */
export interface Scope {
  repoId: number;
  orgId: number;
}

interface Level {
  path: string;
  read: (call: Call) => Scope;
  write: (call: Call) => Scope;
  /** An empty list of a repository is `null`, of the others `[]`. */
  nullable: boolean;
}

const global: Scope = { repoId: 0, orgId: 0 };
const ofRepo = (call: Call): Scope => ({ repoId: repoFor(call, 'push').id, orgId: 0 });
const ofOrg = (call: Call): Scope => ({ repoId: 0, orgId: orgFor(call, 'admin').id });

export const levels: readonly Level[] = [
  { path: '/api/repos/{repo}', read: ofRepo, write: ofRepo, nullable: true },
  { path: '/api/orgs/{org}', read: ofOrg, write: ofOrg, nullable: false },
  {
    path: '/api',
    read: (call) => {
      signedIn(call);
      return global;
    },
    write: (call) => {
      instanceAdmin(call);
      return global;
    },
    nullable: false,
  },
];

export const inScope = (scope: Scope) => (one: Scope) =>
  one.repoId === scope.repoId && one.orgId === scope.orgId;

export function secretRoutes(router: Router<Call>): void {
  for (const { path, read, write, nullable } of levels) {
    const one = (call: Call, scope: Scope): WpSecret => {
      const found = call.state.secrets.filter(inScope(scope)).find((each) => each.name === call.params.name);
      if (!found) throw new WpRefusal(404);
      return found;
    };
    router.on('GET', `${path}/secrets`, (call) => {
      const own = call.state.secrets.filter(inScope(read(call))).sort((a, b) => (a.name < b.name ? -1 : 1));
      const shapes = pageOf(call, own).map((each) => wire.secret(call.server, each));
      sendJson(call, nullable ? orNull(shapes) : shapes);
    });
    router.on('POST', `${path}/secrets`, (call) => create(call, write(call)));
    router.on('GET', `${path}/secrets/{name}`, (call) =>
      sendJson(call, wire.secret(call.server, one(call, read(call)))),
    );
    router.on('PATCH', `${path}/secrets/{name}`, (call) => {
      const secret = one(call, write(call));
      const body = jsonBody(call);
      const next = { ...secret };
      next.value = text(body, 'value') || secret.value;
      next.note = text(body, 'note') ?? secret.note;
      next.images = texts(body, 'images') ?? secret.images;
      const events = texts(body, 'events');
      if (events) next.events = eventsOf(events, 'updating');
      Object.assign(secret, next);
      sendJson(call, wire.secret(call.server, secret));
    });
    router.on('DELETE', `${path}/secrets/{name}`, (call) => {
      const secret = one(call, write(call));
      call.state.secrets = call.state.secrets.filter((each) => each !== secret);
      sendNothing(call);
    });
  }
}

function create(call: Call, scope: Scope): void {
  const body = jsonBody(call);
  const name = text(body, 'name') ?? '';
  const value = text(body, 'value') ?? '';
  const refuse = (why: string): WpRefusal => new WpRefusal(422, `Error inserting secret. ${why}`);
  const events = eventsOf(texts(body, 'events') ?? [], 'inserting');
  if (name === '') throw refuse('invalid secret name: empty name');
  if (value === '') throw refuse('invalid secret value: empty value');
  const { state } = call;
  if (state.secrets.some((one) => inScope(scope)(one) && one.name === name))
    throw new WpRefusal(
      500,
      `Error inserting secret "${name}". on insert duplicate based on constraints was detected`,
    );
  const secret: WpSecret = {
    id: state.nextId('secret'),
    ...scope,
    name,
    value,
    images: texts(body, 'images') ?? null,
    events,
    note: text(body, 'note') ?? '',
  };
  state.secrets.push(secret);
  sendJson(call, wire.secret(call.server, secret));
}

/** @throws WpRefusal 422 for none and for what is none. */
function eventsOf(names: readonly string[], doing: 'inserting' | 'updating'): WpEvent[] {
  const refuse = (why: string): WpRefusal => new WpRefusal(422, `Error ${doing} secret. ${why}`);
  if (names.length === 0) throw refuse('invalid secret event: no event specified');
  return names.map((name) => {
    const known = wpEvents.find((one) => one === name);
    if (!known) throw refuse(`invalid webhook event: ${name}\ninvalid secret event`);
    return known;
  });
}
