import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import type { LogRecord } from './sandbox.ts';

/** Lines as a reader sees them: what the records say, without escape sequences, `\r` overwriting from the start. */
export function linesOf(records: readonly LogRecord[]): string[] {
  const text = records.map((record) => record.out).join('');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => overwritten(line.replace(/\r$/, '').replace(/\u001b\[[0-9;]*m/g, '')));
}

function overwritten(line: string): string {
  let shown: string[] = [];
  for (const part of line.split('\r')) shown = [...[...part], ...shown.slice([...part].length)];
  return shown.join('');
}

/** Every line of the open log, read off the page by scrolling through it: number → text. */
export async function readWholeLog(page: Page): Promise<string[]> {
  const log = page.getByRole('log');
  await expect(log).toBeVisible();
  const lines = await log.evaluate(async (pane) => {
    const found = new Map<number, string>();
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    /** Whether the rows drawn reach over all that is in view: a page that has not followed the last scroll shows others. */
    const covered = (rows: Element[]): boolean => {
      const view = pane.getBoundingClientRect();
      const boxes = rows.map((row) => row.getBoundingClientRect());
      const list = pane.querySelector('.log-space')?.getBoundingClientRect();
      if (!list) return true;
      const top = Math.max(view.top, list.top);
      const bottom = Math.min(view.bottom, list.bottom);
      return boxes.some((box) => box.top <= top + 1) && boxes.some((box) => box.bottom >= bottom - 1);
    };
    const collect = (): boolean => {
      const rows = [...pane.querySelectorAll('[data-index]')];
      let waiting = !covered(rows);
      for (const row of rows) {
        const number = row.querySelector('.log-num')?.textContent?.replace(/\D/g, '');
        if (!number) continue;
        const text = row.querySelector('.log-text');
        if (text) found.set(Number(number), text.textContent ?? '');
        else waiting = true;
      }
      return waiting;
    };
    pane.scrollTop = 0;
    for (;;) {
      for (let tries = 0; tries < 300; tries += 1) {
        await frame();
        if (!collect()) break;
      }
      if (pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2) break;
      pane.scrollTop += Math.max(200, pane.clientHeight - 60);
    }
    const last = Math.max(0, ...found.keys());
    return Array.from({ length: last }, (_, index) => found.get(index + 1) ?? '\u0000missing');
  });
  return lines;
}
