import { push } from '../world/git.ts';
import { type Answer, ask } from './http.ts';
import type { Happening, Script } from './play.ts';
import { repositoryOf, type Stage, sendRecorded } from './stage.ts';

const folder = 'drone-0.8.10/';
const server = 'drone-0.8';

const sessions = new WeakMap<Stage, string>();

/** The person's own sign-in, by form; the cookie that it gives. Once only: a second one would break the forge's token. */
async function sessionOf(stage: Stage, login: string): Promise<string> {
  const answer = sessions.has(stage) ? undefined : await signIn(stage, login, `${login}-made-up`);
  if (answer) sessions.set(stage, String(answer.headers['set-cookie']).split(';')[0] ?? '');
  return sessions.get(stage) ?? '';
}

function signIn(stage: Stage, username: string, password: string): Promise<Answer> {
  const body = new URLSearchParams({ username, password }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return ask(stage.ports[server], 'POST', '/authorize', headers, body);
}

const byCookie: NonNullable<Script['instead']>[number] = async (stage, exchange) =>
  sendRecorded(stage, server, exchange, { headers: { cookie: await sessionOf(stage, exchange.as) } });

const identity: Script = {
  file: `${folder}01-identity-and-repos.json`,
  server,
  begin: 3_135,
  instead: {
    0: (stage) => signIn(stage, 'ada', 'wrong'),
    1: byCookie,
    2: byCookie,
    6: (stage, exchange) =>
      sendRecorded(stage, server, exchange, { headers: { authorization: 'Bearer wrong' } }),
  },
};

const secrets: Script = { file: `${folder}02-secrets-and-registries.json`, server, begin: 3_150 };

const pipeline = `pipeline:
  compile:
    image: alpine
    commands:
      - echo compiling
  deploy:
    image: alpine
    commands:
      - echo deploying
    when:
      event: deployment
      environment: production
`;

/** A push by ada to acme/checkout, `at` ms of the list's time. */
const pushed = (at: number, message: string, files: Record<string, string>, sha: string): Happening => ({
  at,
  run: ({ world }) => {
    push(world, {
      ...{ repo: repositoryOf(world, 'checkout'), branch: 'master', author: 'ada', message, files, sha },
    });
  },
});

const builds: Script = {
  file: `${folder}03-builds-and-actions.json`,
  server,
  begin: 3_168.6,
  happenings: [
    pushed(580, 'A push\n', { '.drone.yml': pipeline }, '33082bc9f59625b580f337ac1d672bcad88c901e'),
    pushed(5_810, 'Gated change\n', { 'notes.md': 'a\n' }, '08b37016fb60f665529f28ea1538ecc09f6eed58'),
  ],
  streams: [{ file: `${folder}03-events-ada.sse.json`, at: 0 }],
};

/** The lists in the order in which they were recorded. */
export const drone08Scripts: readonly Script[] = [identity, secrets, builds];
