import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addCommit } from '../../world/git.ts';
import { addOrganisation, addPerson, addRepository } from '../../world/people.ts';
import { World } from '../../world/world.ts';
import { createGiteaFace } from './face.ts';

export const CALLBACK = 'http://127.0.0.1:4000/auth/callback';
export const CLIENT = { id: '00000000-0000-4000-8000-000000000000', secret: 'made-up-client-secret' };

/** A small forge on a port of its own: ada owns acme, grace writes acme/checkout, linus reads acme/infra. */
export async function startForge(): Promise<{ world: World; base: string; stop(): Promise<void> }> {
  const world = new World({ start: Date.UTC(2026, 10, 21, 2, 23, 11), paused: true });
  for (const login of ['ada', 'grace', 'linus']) addPerson(world, { login, password: `${login}-made-up` });
  for (const user of world.forge.users) user.accessTokens.push(`${user.login}-access-token`);
  addOrganisation(world, 'acme', 'Acme Corp', ['ada']);
  const rights = { checkout: { grace: 'write' }, big: {}, infra: { linus: 'read' } } as const;
  for (const [name, collaborators] of Object.entries(rights)) {
    const repo = addRepository(world, { owner: 'acme', name, private: name === 'infra', collaborators });
    addCommit(world, {
      repo,
      branch: 'main',
      message: 'First',
      author: 'ada',
      files: { 'README.md': '# hi\n' },
    });
  }
  world.forge.applications.push({
    id: 1,
    name: 'Flightdeck',
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    redirectUris: [CALLBACK],
    confidential: true,
    owner: 'ada',
    createdAt: world.clock.now(),
  });
  const server: Server = createServer(createGiteaFace({ world }));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  world.addresses = { ...world.addresses, gitea: base };
  return {
    world,
    base,
    stop: () => new Promise((done) => server.close(() => done())),
  };
}

/** A browser as far as these pages need one: cookies, forms by their hidden fields, redirects by hand. */
export class Browser {
  readonly #jar = new Map<string, string>();

  constructor(readonly base: string) {}

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#jar].map(([name, text]) => `${name}=${text}`).join('; ');
    const url = new URL(path, this.base);
    const response = await fetch(url, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      this.#jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  get(path: string): Promise<Response> {
    return this.#fetch(path, {});
  }

  /** Sends the form of a page: its hidden fields and `fields`. */
  submit(action: string, html: string, fields: Record<string, string>): Promise<Response> {
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
    const all = new URLSearchParams();
    for (const [, name = '', text = ''] of hidden) all.set(name, text.replace(/&amp;/g, '&'));
    for (const [name, text] of Object.entries(fields)) all.set(name, text);
    return this.#fetch(action, { method: 'POST', body: all });
  }

  async signIn(login: string, password = `${login}-made-up`): Promise<Response> {
    const form = await this.get('/user/login');
    return this.submit('/user/login', await form.text(), { user_name: login, password });
  }

  /** Authorizes, consenting when asked; the address the forge sends the browser back to. */
  async authorize(query: Record<string, string>, granted = 'true'): Promise<URL> {
    const asked = await this.get(authorizePath(query));
    const answered =
      asked.status === 200 ? await this.submit('/login/oauth/grant', await asked.text(), { granted }) : asked;
    return new URL(answered.headers.get('location') ?? '');
  }
}

export function authorizePath(query: Record<string, string>): string {
  const all = {
    client_id: CLIENT.id,
    redirect_uri: CALLBACK,
    response_type: 'code',
    state: 'STATE',
    ...query,
  };
  return `/login/oauth/authorize?${new URLSearchParams(all)}`;
}

export function tokenRequest(base: string, fields: Record<string, string>): Promise<Response> {
  const all = { client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uri: CALLBACK, ...fields };
  return fetch(`${base}/login/oauth/access_token`, { method: 'POST', body: new URLSearchParams(all) });
}
