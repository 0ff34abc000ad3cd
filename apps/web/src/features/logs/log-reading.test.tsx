import type { LogMark, LogSummary } from '@flightdeck/api-client/model';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  chunkOf,
  fakeLog,
  layOut,
  line,
  openLog as open,
  row,
  rowOf,
  scroller,
  summary,
} from '../../testing/log-pane.tsx';
import type { LogFeed } from './feed.ts';

beforeEach(layOut);
afterEach(() => vi.restoreAllMocks());

const mark = (index: number, kind: LogMark['kind'], title: string): LogMark => ({
  index,
  pos: index * 2,
  at: index,
  kind,
  title,
});
const withMarks = (total: number, marks: LogMark[]): ReturnType<typeof fakeLog> =>
  fakeLog(total, {
    marks: async () => ({ generation: 1, from: 0, scanned: total, marks, complete: true }),
  });
const finds = (total: number, lines: number[]): LogFeed['search'] => {
  const counts = new Map<number, number>();
  for (const one of lines) counts.set(Math.floor(one / 512), (counts.get(Math.floor(one / 512)) ?? 0) + 1);
  return async () => ({
    ...{ generation: 1, from: 0, scanned: total, total: lines.length, lines, counts: [...counts] },
    ...{ hits: [], complete: true },
  });
};
const live: Partial<LogSummary> = { state: 'live' };

describe('features/logs: elements', () => {
  it('holds the rows in view and some around them, whatever the length', async () => {
    const { feed, say } = fakeLog(1_000_000);
    const { container } = await open(feed);
    await say((l) => l.summary(summary(1_000_000)));
    await row(1);
    const rows = () => container.querySelectorAll('.log-row').length;
    expect(rows()).toBeGreaterThan(20);
    expect(rows()).toBeLessThan(50);
    fireEvent.keyDown(scroller(), { key: 'End' });
    await screen.findByRole('link', { name: 'Line 1,000,000' });
    expect(rows()).toBeLessThan(50);
  });

  it('holds one page of 200 lines in plain pages', async () => {
    const { feed, say } = fakeLog(1_000_000);
    const { user } = await open(feed, { plain: true });
    await say((l) => l.summary(summary(1_000_000)));
    await user.click(screen.getByRole('button', { name: 'Last lines' }));
    await screen.findByText('line 999999');
    expect(screen.getAllByRole('listitem')).toHaveLength(200);
  });
});

describe('features/logs: a linked line of a log that is still being read', () => {
  const linked = async () => {
    const { feed, say } = fakeLog(5_000);
    const opened = await open(feed, { hash: '#p2468' });
    await say((l) => l.summary(summary(1_024, { indexed: false })));
    await row(1);
    expect(screen.queryByText('1 line selected')).toBeNull();
    return { ...opened, say };
  };

  it('is gone to as soon as it is among the lines', async () => {
    const { say } = await linked();
    expect(screen.queryByRole('link', { name: 'Line 1,235' })).toBeNull();
    await say((l) => l.summary(summary(1_200, { indexed: false })));
    await say((l) => l.summary(summary(5_000)));
    expect(rowOf(await screen.findByRole('link', { name: 'Line 1,235' })).dataset.target).toBe('true');
  });

  it('is not gone to once somebody has scrolled', async () => {
    const { say } = await linked();
    scroller().scrollTop = 200;
    fireEvent.scroll(scroller());
    await row(11);
    await say((l) => l.summary(summary(5_000)));
    expect(await row(11)).toBeTruthy();
    expect(screen.queryByRole('link', { name: 'Line 1,235' })).toBeNull();
  });
});

describe('features/logs: the map beside the lines', () => {
  const path = (container: HTMLElement, which: string) =>
    container.querySelector(`.log-ruler-${which}`)?.getAttribute('d') ?? null;

  it('shows of a failed step where the first error lies and what is in view', async () => {
    const { feed, say } = withMarks(1_000, [mark(250, 'error', 'error'), mark(900, 'error', 'error')]);
    const { container } = await open(feed, { failed: true });
    await say((l) => l.summary(summary(1_000)));
    await screen.findByRole('link', { name: 'Line 1,000' });
    await waitFor(() => expect(path(container, 'error')).toBe('M1 250h10'));
    const view = () => Number(container.querySelector('.log-ruler-view')?.getAttribute('y'));
    // 20 of 1,000 rows are a fiftieth of the height, which is 1,000.
    expect(container.querySelector('.log-ruler-view')?.getAttribute('height')).toBe('20');
    expect(view()).toBe(980);
    fireEvent.keyDown(scroller(), { key: 'Home' });
    await row(1);
    expect(view()).toBe(0);
  });

  it('shows of a step that passed no error', async () => {
    const { feed, say } = withMarks(1_000, [mark(250, 'error', 'error')]);
    const { container } = await open(feed);
    await say((l) => l.summary(summary(1_000)));
    await screen.findByRole('button', { name: /First error/ });
    expect(path(container, 'error')).toBeNull();
  });
});

describe('features/logs: from hit to hit', () => {
  const searched = async () => {
    const { feed, say } = fakeLog(2_000, { search: finds(2_000, [3, 900, 1_500]) });
    const opened = await open(feed, { hash: '#p2000' });
    await say((l) => l.summary(summary(2_000)));
    await screen.findByRole('link', { name: 'Line 1,001' });
    await opened.user.type(screen.getByRole('searchbox'), 'line');
    await screen.findByText('– of 3');
    return opened;
  };

  it('begins with the next one from the line at the top', async () => {
    const { user } = await searched();
    await user.click(screen.getByRole('button', { name: 'Next hit' }));
    expect(await screen.findByText('3 of 3')).toBeTruthy();
    expect(rowOf(await screen.findByRole('link', { name: 'Line 1,501' })).dataset.now).toBe('true');
    await user.click(screen.getByRole('button', { name: 'Next hit' }));
    expect(await screen.findByText('1 of 3')).toBeTruthy();
  });

  it('begins with the one before the line at the top when going back', async () => {
    const { user } = await searched();
    await user.click(screen.getByRole('button', { name: 'Previous hit' }));
    expect(await screen.findByText('2 of 3')).toBeTruthy();
    expect(rowOf(await row(901)).dataset.now).toBe('true');
  });
});

describe('features/logs: folds of a failed step', () => {
  const slow = () => {
    let tell = () => {};
    const known = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const marks = [mark(0, 'command', 'make'), mark(400, 'command', 'make test')];
    const log = fakeLog(900, {
      marks: async () => {
        await known;
        return { generation: 1, from: 0, scanned: 900, marks, complete: true };
      },
    });
    return { ...log, tell: () => act(async () => tell()) };
  };
  const first = () => screen.findByRole('button', { name: 'make: 399 lines' });

  it('fold nothing once somebody has begun to read', async () => {
    const { feed, say, tell } = slow();
    await open(feed, { failed: true });
    await say((l) => l.summary(summary(900)));
    await row(900);
    scroller().scrollTop = 0;
    fireEvent.scroll(scroller());
    await tell();
    expect((await first()).getAttribute('aria-expanded')).toBe('true');
  });

  it('fold when nobody has', async () => {
    const { feed, say, tell } = slow();
    await open(feed, { failed: true });
    await say((l) => l.summary(summary(900)));
    await row(900);
    await tell();
    // Rows 400…899 are all that is left below the first.
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Line 881' })).toBeTruthy());
    fireEvent.keyDown(scroller(), { key: 'Home' });
    expect((await first()).getAttribute('aria-expanded')).toBe('false');
  });
});

describe('features/logs: the key to the first error', () => {
  it.each([true, false])('is offered at the failing step alone: %s', async (atFailure) => {
    const { feed, say } = withMarks(900, [mark(700, 'error', 'error')]);
    await open(feed, { atFailure });
    await say((l) => l.summary(summary(900)));
    const button = await screen.findByRole('button', { name: /First error/ });
    expect(button.textContent).toBe(atFailure ? 'First errorE' : 'First error');
  });
});

describe('features/logs: copying', () => {
  it('offers the link, the text, and the text with numbers at the foot', async () => {
    const { feed, say } = fakeLog(2_000);
    window.history.replaceState(null, '', '/r/ci/a/b#p1996-p2000');
    const { user } = await open(feed, { hash: '#p1996-p2000' });
    await say((l) => l.summary(summary(2_000)));
    await screen.findByText('3 lines selected');
    const copied = async (name: string) => {
      await user.click(screen.getByRole('button', { name }));
      return navigator.clipboard.readText();
    };
    expect(await copied('Copy link')).toBe(window.location.href);
    expect(await copied('Copy text')).toBe('line 998\nline 999\nline 1000');
    expect(await copied('Copy with numbers')).toBe(' 999  line 998\n1000  line 999\n1001  line 1000');
    window.history.replaceState(null, '', '/');
  });
});

describe('features/logs: plain pages of a log that grows', () => {
  const growing = async () => {
    const log = fakeLog(250);
    const opened = await open(log.feed, { plain: true });
    await log.say((l) => l.summary(summary(250, live)));
    return { ...log, ...opened };
  };
  const list = () => screen.getByRole('list', { name: 'Log of compile' });
  const more = (from: number) => chunkOf(from, [line(from)]);

  it('add a line that comes to the last page, which announces what is added', async () => {
    const { user, say } = await growing();
    await user.click(screen.getByRole('button', { name: 'Last lines' }));
    await within(list()).findByText('line 249');
    expect(list().getAttribute('aria-live')).toBe('polite');
    const before = within(list()).getAllByRole('listitem');
    await say((l) => l.lines(more(250)));
    expect(await within(list()).findByText('line 250')).toBeTruthy();
    // The lines that were there are the same elements: they are not read out again.
    expect(within(list()).getAllByRole('listitem').slice(0, before.length)).toEqual(before);
    expect(list().getAttribute('aria-live')).toBe('polite');
  });

  it('say nothing on another page', async () => {
    const { user, say } = await growing();
    const first = screen.queryByRole('button', { name: 'First lines' });
    if (first && !first.hasAttribute('disabled')) await user.click(first);
    await within(list()).findByText('line 0');
    expect(list().getAttribute('aria-live')).toBe('off');
    await say((l) => l.lines(more(250)));
    expect(await screen.findByText('Lines 1 to 200 of 251')).toBeTruthy();
    expect(within(list()).queryByText('line 250')).toBeNull();
  });
});
