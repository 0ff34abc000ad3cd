import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import type { Sandbox, StepAt } from './sandbox.ts';

/** A CI server as the configuration and the screen name it. */
export interface NamedServer {
  id: string;
  name: string;
}
const drone: NamedServer = { id: 'drone', name: 'Drone' };

/** Links the person's account with a pasted token, on the account page, and stays there. */
export async function linkByToken(
  page: Page,
  sandbox: Sandbox,
  login: string,
  { id, name } = drone,
): Promise<void> {
  const { token } = await sandbox.post<{ token: string }>('/tokens/rotate', { login, server: id });
  await page.goto(`/account?paste=${id}`);
  await page.getByLabel(`Token of your account on ${name}`).fill(token);
  await page.getByRole('button', { name: `Link account on ${name}` }).click();
  await expect(page.getByText(`Your account on ${name} is linked.`)).toBeVisible();
}

/** The forge may ask once for the CI server's own application; then the browser comes back by itself. */
export async function consentToCiServer(page: Page, back: string | RegExp): Promise<void> {
  const allow = page.getByRole('button', { name: /authorize/i });
  const main = page.getByRole('navigation', { name: 'Main' });
  await expect(allow.or(main)).toBeVisible();
  if (await allow.isVisible()) await allow.click();
  await page.waitForURL(back);
}

export interface BuildInState {
  number: number;
  event: string;
  status: string;
  message: string;
}

/** The CI server's own view of a repository. */
export async function repositoryOf(
  sandbox: Sandbox,
  slug: string,
  server = drone.id,
): Promise<{ active: boolean; builds: BuildInState[] }> {
  const all = await sandbox.get<{ slug: string; active: boolean; builds: BuildInState[] }[]>('/state', {
    server,
  });
  return all.find((one) => one.slug === slug) ?? { active: false, builds: [] };
}

export async function buildOf(
  sandbox: Sandbox,
  slug: string,
  number: number,
  server = drone.id,
): Promise<BuildInState | undefined> {
  return (await repositoryOf(sandbox, slug, server)).builds.find((build) => build.number === number);
}

/** The newest build that is as wanted. Its number depends on what crons and stories did before. */
export async function newestBuild(
  sandbox: Sandbox,
  slug: string,
  wanted: (build: BuildInState) => boolean,
): Promise<number> {
  const { builds } = await repositoryOf(sandbox, slug);
  const [newest] = builds.filter(wanted).sort((a, b) => b.number - a.number);
  if (!newest) throw new Error(`none of the ${builds.length} builds of ${slug} is so`);
  return newest.number;
}

/**
 * The newest build of acme/checkout that its tests failed. Asked for by whoever is signed in, whose page stands at an address of the console.
 */
export async function failedBuild(page: Page, sandbox: Sandbox): Promise<number> {
  const { builds } = await repositoryOf(sandbox, 'acme/checkout');
  const failed = builds.filter(({ status, event }) => status === 'failure' && event === 'push');
  for (const { number } of failed.sort((a, b) => b.number - a.number)) {
    const cause = await page.evaluate(async (at) => {
      const view = await (await fetch(at)).json();
      return `${view.cause?.step} ${view.cause?.exitCode}`;
    }, `/api/servers/drone/repositories/acme~checkout/builds/${number}`);
    if (cause === 'test 1') return number;
  }
  throw new Error(`no build that its tests failed among ${failed.length}`);
}

/** Number of the build whose page is open. */
export function openBuild(page: Page): number {
  return Number(/\/-\/builds\/(\d+)/.exec(page.url())?.[1] ?? Number.NaN);
}

/** A Drone pipeline file of one stage on the exec runner, without a clone step: steps with their commands. */
export function pipelineFile(
  steps: Record<string, string[] | { commands: string[]; more: string[] }>,
  stage = 'story',
  more: string[] = [],
): string {
  const lines = Object.entries(steps).flatMap(([name, step]) => {
    const { commands, more } = Array.isArray(step) ? { commands: step, more: [] } : step;
    return [
      `  - name: ${name}`,
      ...more.map((line) => `    ${line}`),
      '    commands:',
      ...commands.map((command) => `      - ${JSON.stringify(command)}`),
    ];
  });
  const head = ['kind: pipeline', 'type: exec', `name: ${stage}`, 'clone: { disable: true }', ...more];
  return `${[...head, 'steps:', ...lines].join('\n')}\n`;
}

/** A push; the number of the build that came of it on that CI server. */
export async function pushed(
  sandbox: Sandbox,
  input: Parameters<Sandbox['push']>[0],
  server = drone.id,
): Promise<number> {
  const { builds } = await sandbox.push(input);
  const build = builds[server] ?? null;
  if (build === null) throw new Error(`The push to ${input.repo} built nothing.`);
  return build;
}

/** Waits until the step stands at its `sandbox-hold`. */
export async function held(sandbox: Sandbox, at: StepAt): Promise<void> {
  await expect
    .poll(() =>
      sandbox.printed(at).then(
        ({ held }) => held ?? null,
        () => null,
      ),
    )
    .not.toBeNull();
}

/** What a page says of a server that did not answer goes when it is asked again and the server does. */
export async function triedUntilGone(page: Page, note: Locator): Promise<void> {
  await expect(async () => {
    await page
      .getByRole('button', { name: 'Try now' })
      .click({ timeout: 1_000 })
      .catch(() => {});
    await expect(note).toHaveCount(0, { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
}
