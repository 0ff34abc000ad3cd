import { Browser } from '../faces/gitea/testing.ts';
import { type Answer, ask } from './http.ts';
import type { Exchange } from './recording.ts';
import type { Stage } from './stage.ts';

export const REDIRECT = 'http://127.0.0.1:4000/auth/drone/callback';
export const LINK_CLIENT = { id: '00000000-0000-4000-8000-000000000000', secret: 'made-up-link-secret' };

/** The one-click link as linus, who is new to the CI server: what the console keeps from one answer to the next. */
export class LinkPlayer {
  readonly #browser: Browser;
  #state = '';
  #recordedState = '';
  #consent = '';
  #code = '';
  #session = '';

  constructor(readonly stage: Stage) {
    this.#browser = new Browser(stage.ports.gitea);
  }

  signIn(): Promise<Response> {
    return this.#browser.signIn('linus', 'linus-made-up');
  }

  /** Plays one exchange. States are made up anew each time, so the answer is given with the recorded one in it. */
  async play(index: number, exchange: Exchange): Promise<Answer> {
    const url = new URL(exchange.request?.url ?? '');
    const answer = exchange.by === 'browser' ? await this.#browse(index) : await this.#console(index, url);
    this.#keep(index, exchange, answer);
    return this.#asRecorded(answer);
  }

  async #browse(index: number): Promise<Answer> {
    const query = {
      client_id: LINK_CLIENT.id,
      redirect_uri: REDIRECT,
      response_type: 'code',
      state: this.#state,
    };
    const response =
      index === 1
        ? await this.#browser.get(`/login/oauth/authorize?${new URLSearchParams(query)}`)
        : await this.#browser.submit('/login/oauth/grant', this.#consent, { granted: 'true' });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  }

  #console(index: number, url: URL): Promise<Answer> {
    const stateCookie = { cookie: `_oauth_state_=${this.#state}` };
    const session = { cookie: `_session_=${this.#session}` };
    const wrong = { cookie: `_oauth_state_=${url.searchParams.get('state')}` };
    const headers: Record<string, string> =
      index === 3 ? stateCookie : index >= 4 && index <= 6 ? session : index === 8 ? wrong : {};
    const path =
      index === 3 ? `/login?code=${this.#code}&state=${this.#state}` : `${url.pathname}${url.search}`;
    const method = index === 5 ? 'POST' : 'GET';
    return ask(this.stage.ports.drone, method, path, headers, undefined);
  }

  #keep(index: number, exchange: Exchange, answer: Answer): void {
    const location = String(answer.headers.location ?? '');
    const cookies = [answer.headers['set-cookie'] ?? []].flat();
    if (index === 0) {
      this.#state = new URL(location).searchParams.get('state') ?? '';
      const recorded = exchange.response?.headers.location ?? '';
      this.#recordedState = new URL(recorded).searchParams.get('state') ?? '';
    }
    if (index === 1) this.#consent = answer.body;
    if (index === 2) this.#code = new URL(location).searchParams.get('code') ?? '';
    if (index === 3) {
      this.#session = cookies.map((line) => /^_session_=([^;]*)/.exec(line)?.[1]).find(Boolean) ?? '';
    }
  }

  #asRecorded(answer: Answer): Answer {
    const location = answer.headers.location;
    if (typeof location !== 'string' || this.#state === '') return answer;
    const headers = { ...answer.headers, location: location.replace(this.#state, this.#recordedState) };
    return { ...answer, headers };
  }
}
