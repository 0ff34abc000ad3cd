import type { Page } from '@playwright/test';
import { expect } from '../fixtures.ts';
import { linesOf } from '../log-reader.ts';
import type { LogRecord, Sandbox, StepAt } from '../sandbox.ts';
import { buildOf, held, type NamedServer, openBuild, pushed, repositoryOf } from '../steps.ts';
import type { WorldOptions } from '../world.ts';

/** A step that a story tells of; with `secret` the variable TOKEN holds that secret. */
export interface StoryStep {
  name: string;
  commands: string[];
  secret?: string;
}

/** Runs on everything but promotions; with `targets` on promotions to these alone. */
export interface StoryStage {
  name: string;
  steps: StoryStep[];
  targets?: string[];
}

/** What the main job's stories have to know of a CI server: everything else is the same on all of them. */
export interface StoryServer extends NamedServer {
  world: WorldOptions;
  /** Active; grace writes, ada administers, promotions are allowed. */
  repo: string;
  /** Its default one, and that of all others here. */
  branch: string;
  /** What the screen calls the only stage of a build: the story's name for it, where stages have names. */
  stage: string;
  /** Whether a build has as many stages as its pipeline files say, or one with the steps of all. */
  severalStages: boolean;
  /** The pipeline files that say this and nothing else. */
  files: (stages: StoryStage[]) => Record<string, string | null>;
  /** Where the only step of the only stage stands, without a clone step. */
  onlyStep: { stage: number; step: number };
  /** Whether a build can be started by hand, and a name its parameters may not have. */
  start: { reserved: string } | null;
  /** Whether the account is linked by one click, beside the pasted token. */
  oneClick: boolean;
  /** The server's own word for a build that was cancelled while it ran. */
  cancelled: string;
  /** What a log shows in place of a secret's value; null where nothing hides it. */
  masked: ((secret: string) => string) | null;
  /** What comes of a build that names a secret which is not there. */
  absentSecret: 'empty' | 'error';
  /** The variable that names where a promotion goes. */
  target: string;
  /** What comes of a promotion that no stage takes. */
  unmatched: 'nothing' | 'hangs' | 'deploys-nothing';
  /** Whether it has a rollback of its own. */
  rollback: boolean;
  /** Calls that ask for a promotion of this build, as `METHOD /path?query`. */
  promotionCall: (from: number) => RegExp;
  /** Registry credentials are its own, or made of secrets. */
  registries: 'native' | 'secrets';
  /** What wei does there waits for consent; ada may give it. */
  gated: {
    repo: string;
    because: string;
    hasStages: boolean;
    ask: (sandbox: Sandbox, message: string) => Promise<number>;
  };
  /** A build of it waits for a runner, its newest in this state of the server's: the sentence and what to do. */
  waiting: { repo: string; status: string; why: RegExp; advice: string };
  /** On the forge, not active; ada owns it. */
  inactive: string;
  /** Text of a record of the control door, as it stands in the stored log. */
  lineOf: (record: LogRecord) => string;
}

/** Addresses and questions that belong to one server. */
export function storiesOf(server: StoryServer) {
  const { id, repo } = server;
  const page = (path: string, rest = '') => `/r/${id}/${path}${rest}`;
  const lines = (records: readonly LogRecord[]) =>
    linesOf(records.map((record) => ({ ...record, out: server.lineOf(record) })));
  return {
    page,
    buildPage: (number: number, path = repo) => page(path, `/-/builds/${number}`),
    push: (sandbox: Sandbox, message: string, stages: StoryStage[], author = 'grace', path = repo) =>
      pushed(
        sandbox,
        { repo: path, branch: server.branch, author, message, files: server.files(stages) },
        id,
      ),
    build: (sandbox: Sandbox, number: number, path = repo) => buildOf(sandbox, path, number, id),
    builds: async (sandbox: Sandbox, path = repo) => (await repositoryOf(sandbox, path, id)).builds,
    active: async (sandbox: Sandbox, path: string) => (await repositoryOf(sandbox, path, id)).active,
    /** The only step of a build with one. */
    at: (number: number): StepAt => ({ server: id, repo, build: number, ...server.onlyStep }),
    /** A pushed build whose only step speaks, waits, and goes on when it is released. */
    async speaking(sandbox: Sandbox, message: string, before = 'echo begin'): Promise<StepAt> {
      const commands = [before, 'sandbox-hold here', 'echo end'];
      const number = await this.push(sandbox, message, [one('speak', commands)]);
      await held(sandbox, this.at(number));
      return this.at(number);
    },
    /** A pushed build that has passed. */
    async passed(sandbox: Sandbox, message: string, stages: StoryStage[]): Promise<number> {
      const number = await this.push(sandbox, message, stages);
      await expect
        .poll(async () => (await this.build(sandbox, number))?.status, { timeout: 40_000 })
        .toBe('success');
      return number;
    },
    printedLines: async (sandbox: Sandbox, at: StepAt) => lines((await sandbox.printed(at)).records),
    storedLines: async (sandbox: Sandbox, at: StepAt) => lines((await sandbox.stored(at)) ?? []),
    writes: async (sandbox: Sandbox) => await sandbox.calls({ face: id, match: '^(POST|PUT|PATCH|DELETE) ' }),
    async promotions(sandbox: Sandbox, from: number) {
      const call = server.promotionCall(from);
      return (await this.writes(sandbox)).filter(({ method, path }) => call.test(`${method} ${path}`));
    },
  };
}

/** A stage `story` of one step. */
export const one = (name: string, commands: string[], secret?: string): StoryStage => ({
  name: 'story',
  steps: [{ name, commands, ...(secret ? { secret } : {}) }],
});

/** What a build that waits for consent would do. */
export const planned: StoryStage[] = [one('plan', ['echo planned'])];

/** The sentence that says what a build does. */
export const sentence = (page: Page) => page.getByRole('main').getByRole('status');
export const line = (page: Page, text: string) => page.getByRole('log').getByText(text, { exact: true });
export const live = (page: Page) => page.getByRole('status').filter({ hasText: 'Live' });

/** A server has 4 s to store a log after its step's end; a busy machine takes its time besides. */
const enough = { timeout: 60_000 };
export const passes = (page: Page) =>
  expect(sentence(page).filter({ hasText: 'Passed in' })).toBeVisible(enough);
export const completes = (page: Page) =>
  expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible(enough);

/** Adds a parameter in an open dialog, or gives the one that stands there another value. */
export async function parameter(page: Page, name: string, value: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: `Value ${name}` });
  if (!(await field.isVisible())) {
    await dialog.getByRole('button', { name: 'Add parameter' }).click();
    await dialog
      .getByRole('textbox', { name: /^Name( \d+)?$/ })
      .last()
      .fill(name);
  }
  await field.fill(value);
}

export async function restart(page: Page, number: number): Promise<void> {
  await page.getByRole('button', { name: 'Restart…' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Restart #${number}` })
    .dblclick();
  await expect(page).toHaveURL(new RegExp(`/-/builds/${number + 1}`), enough);
}

export async function cancel(page: Page, number = openBuild(page)): Promise<void> {
  await page.getByRole('button', { name: 'Cancel build' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Cancel #${number}` })
    .click();
  await expect(sentence(page).filter({ hasText: 'The build was cancelled' })).toBeVisible(enough);
}

export async function choose(page: Page, environment: string): Promise<void> {
  await page.getByRole('button', { name: 'Promote…' }).click();
  await page.getByRole('radio', { name: environment, exact: true }).click();
}
