import { createHash } from 'node:crypto';
import { authorizePath, Browser } from '../faces/gitea/testing.ts';
import type { Answer } from './http.ts';
import type { Script } from './play.ts';
import type { Exchange } from './recording.ts';
import { EPOCH, repositoryOf, type Stage, sendRecorded } from './stage.ts';

const CLIENT_ID = '00000000-0000-4000-8000-000000000000';
const SECRET = 'made-up-client-secret';
const VERIFIER = 'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvabc';

/** Registers the recorded console's application. */
function registerApplication(stage: Stage): void {
  const { forge, clock } = stage.world;
  forge.applications.push({
    id: forge.nextId(),
    name: 'Console',
    clientId: CLIENT_ID,
    clientSecret: SECRET,
    redirectUris: ['http://127.0.0.1:4000/auth/callback'],
    confidential: true,
    owner: 'ada',
    createdAt: clock.now(),
  });
}

async function asAnswer(response: Response): Promise<Answer> {
  const headers: Answer['headers'] = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
}

/** One person's sign-in as the list shows it, with what each step hands to the next. */
export function oauthScript(begin: number): Script {
  let browser: Browser | undefined;
  let consent = '';
  const codes: string[] = [];
  const pairs: { access_token: string; refresh_token: string }[] = [];
  const challenge = {
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
  };
  const page = (query: Record<string, string>) => async (stage: Stage) => {
    browser ??= new Browser(stage.ports.gitea);
    const answer = await asAnswer(await browser.get(authorizePath(query)));
    keepCode(answer);
    return answer;
  };
  const keepCode = (answer: Answer) => {
    const location = String(answer.headers.location ?? '');
    if (location.startsWith('http')) codes.push(new URL(location).searchParams.get('code') ?? '');
  };
  /** The recorded form with secrets instead of placeholders. */
  const token =
    (fill: () => { code?: string; refresh?: string }) => async (stage: Stage, exchange: Exchange) => {
      const { code = '', refresh = '' } = fill();
      const body = (exchange.request?.text ?? '')
        .replace('<client secret>', SECRET)
        .replace('<code>', code)
        .replace('<jwt>', refresh);
      const answer = await sendRecorded(stage, 'gitea', exchange, { headers: {}, body });
      if (answer.status === 200) pairs.push(JSON.parse(answer.body) as (typeof pairs)[number]);
      return answer;
    };
  const bearer = (access: () => string) => (stage: Stage, exchange: Exchange) =>
    sendRecorded(stage, 'gitea', exchange, { headers: { authorization: `Bearer ${access()}` } });
  const access = (index: number) => () => pairs[index]?.access_token ?? '';
  const refresh = () => ({ refresh: pairs[1]?.refresh_token ?? '' });

  return {
    file: 'gitea-1.25.4/01-oauth.json',
    server: 'gitea',
    begin,
    happenings: [
      {
        at: 0,
        run: async (stage) => {
          registerApplication(stage);
          browser = new Browser(stage.ports.gitea);
          await browser.signIn('ada', 'ada-made-up');
        },
      },
    ],
    instead: {
      0: async (stage) => {
        const answer = await page(challenge)(stage);
        consent = answer.body;
        return answer;
      },
      // The recorder wrote both steps as GET; the consent form is posted.
      1: async () => {
        const answer = await asAnswer(
          await (browser as Browser).submit('/login/oauth/grant', consent, { granted: 'true' }),
        );
        keepCode(answer);
        return answer;
      },
      2: token(() => ({ code: codes[0] ?? '' })),
      3: page(challenge),
      4: token(() => ({ code: codes[1] ?? '' })),
      5: token(() => ({ code: codes[1] ?? '' })),
      6: bearer(access(1)),
      7: token(refresh),
      8: token(refresh),
      9: bearer(access(1)),
      10: token(refresh),
      11: bearer(() => 'not-a-token'),
      12: bearer(access(1)),
      14: page({ redirect_uri: 'http://127.0.0.1:4001/elsewhere' }),
      15: async (stage) => asAnswer(await new Browser(stage.ports.gitea).get(authorizePath({}))),
    },
  };
}

/** What the other CI server of the recorded machine had left beside a commit: its hook and its statuses. */
function otherServer({ world }: Stage): void {
  const repo = repositoryOf(world, 'checkout');
  const hookAt = EPOCH + 63_000;
  const at = EPOCH + 297_000;
  repo.hooks.push({
    id: 9,
    url: 'http://127.0.0.1:8000/api/hook?access_token=made-up',
    events: [
      'pull_request',
      'pull_request_assign',
      'pull_request_review',
      'pull_request_review_request',
      'push',
      'pull_request_sync',
      'release',
      'create',
      'pull_request_comment',
      'pull_request_label',
      'pull_request_milestone',
    ],
    active: true,
    createdAt: hookAt,
  });
  const head = repo.branches.get('main') ?? '';
  const list = repo.statuses.get(head) ?? [];
  for (const [status, description] of [
    ['pending', 'Pipeline is pending'],
    ['warning', 'Pipeline was rejected'],
  ] as const) {
    for (const [index, workflow] of ['build', 'package'].entries()) {
      list.push({
        id: world.forge.nextId(),
        status,
        context: `ci/woodpecker/push/${workflow}`,
        targetUrl: `http://127.0.0.1:8000/repos/1/pipeline/9/${index + 1}`,
        description,
        creator: 'ada',
        createdAt: at,
        updatedAt: at,
      });
    }
  }
  repo.statuses.set(head, list);
}

export function repositoriesScript(begin: number): Script {
  return {
    file: 'gitea-1.25.4/02-repositories.json',
    server: 'gitea',
    begin,
    happenings: [{ at: 0, run: otherServer }],
  };
}
