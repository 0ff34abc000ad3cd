import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import type { Sandbox, StepAt } from './sandbox.ts';

const repo = 'acme/checkout';
const pipeline = (commands: string[]) =>
  `kind: pipeline\ntype: exec\nname: talk\nclone: { disable: true }\nsteps:\n  - name: speak\n    commands:\n${commands.map((c) => `      - ${JSON.stringify(c)}\n`).join('')}`;

/** A running build whose only step says what the test prints and ends when it is let go. */
export async function speaking(sandbox: Sandbox): Promise<StepAt> {
  const { build } = await sandbox.push({
    repo,
    branch: 'main',
    author: 'grace',
    message: 'Say what the story says',
    files: { '.drone.yml': pipeline(['echo begin', 'sandbox-hold here', 'echo end']) },
  });
  expect(build).not.toBeNull();
  const at = { repo, build: build ?? 0, stage: 1, step: 1 };
  await expect.poll(async () => (await sandbox.printed(at).catch(() => null))?.held ?? null).toBe('here');
  return at;
}

export const open = (page: Page, at: StepAt) =>
  page.goto(`/r/drone/${at.repo}/-/builds/${at.build}/${at.stage}/${at.step}`);

/** As a person does: the list is told by the key, and follow is off. */
export async function toTop(page: Page) {
  await page.getByRole('log').focus();
  await page.keyboard.press('Home');
  await expect(page.getByRole('button', { name: 'Follow' }).first()).toHaveAttribute('aria-pressed', 'false');
}

/** Coloured lines `line 1 of the story`, `line 2 …`. */
export const burst = (from: number, count: number) =>
  Array.from(
    { length: count },
    (_, i) => `\u001b[3${(from + i) % 7}mline ${from + i} of the story\u001b[0m\n`,
  ).join('');
