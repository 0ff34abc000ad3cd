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
import type { LogFeed, LogListener } from './feed.ts';

beforeEach(layOut);
afterEach(() => vi.restoreAllMocks());

describe('features/logs/log-pane', () => {
  it('opens a stored log at its first line, or at its end where the step failed', async () => {
    const first = fakeLog(2_000);
    const view = await open(first.feed);
    await first.say((l) => l.summary(summary(2_000)));
    expect(rowOf(await row(1)).textContent).toContain('line 0');
    expect(screen.getByText('Lines 1 to 2,000')).toBeTruthy();
    view.unmount();
    const failed = fakeLog(2_000);
    await open(failed.feed, { failed: true });
    await failed.say((l) => l.summary(summary(2_000)));
    expect(rowOf(await screen.findByRole('link', { name: 'Line 2,000' })).textContent).toContain('line 1999');
  });

  it('goes to the lines an address names by the server’s positions, and marks them', async () => {
    const { feed, say } = fakeLog(2_000);
    await open(feed, { hash: '#p2400-p2404' });
    await say((l) => l.summary(summary(2_000)));
    const first = await screen.findByRole('link', { name: 'Line 1,201' });
    await waitFor(() => expect(rowOf(first).dataset.target).toBe('true'));
    expect(rowOf(screen.getByRole('link', { name: 'Line 1,203' })).dataset.target).toBe('true');
    expect(rowOf(screen.getByRole('link', { name: 'Line 1,204' })).dataset.target).toBeUndefined();
    expect(screen.getByText('3 lines selected')).toBeTruthy();
  });

  it('puts the line that is pressed into the address, and a range with the shift key', async () => {
    const { feed, say } = fakeLog(30);
    const { user, setHash } = await open(feed);
    await say((l) => l.summary(summary(30)));
    await user.click(await row(5));
    expect(setHash).toHaveBeenLastCalledWith('p8');
    window.history.replaceState(null, '', '#p8');
    await user.keyboard('{Shift>}');
    await user.click(await row(9));
    await user.keyboard('{/Shift}');
    expect(setHash).toHaveBeenLastCalledWith('p8-p16');
    window.history.replaceState(null, '', '/');
  });

  it('says that a link leads into the part the server dropped', async () => {
    const { feed, say } = fakeLog(10);
    await open(feed, { hash: '#p3' });
    await say((l) =>
      l.summary(
        summary(10, {
          state: 'truncated',
          firstPos: 900,
          limitBytes: 5_242_880,
          gaps: [{ beforeLine: 0, after: -1, before: 900, reason: 'head' }],
        }),
      ),
    );
    expect(
      await screen.findByText(
        'The linked line is in the part that the server dropped. The first line kept is shown.',
      ),
    ).toBeTruthy();
    expect(screen.getByRole('note').textContent).toContain('dropped 900 records before this line');
    expect(
      screen.getByText('Cut by the server: the last 5 MiB are kept, 900 records before them are gone'),
    ).toBeTruthy();
    expect(screen.getByText('Lines 1 to 10, counted from the first line kept')).toBeTruthy();
  });

  it('follows a live log, stops when the reader scrolls up, counts what came and follows again', async () => {
    const { feed, say } = fakeLog(0);
    const { user } = await open(feed);
    await say((l) => l.summary(summary(0, { state: 'live' })));
    await say((l) =>
      l.lines(
        chunkOf(
          0,
          Array.from({ length: 100 }, (_, i) => line(i)),
        ),
      ),
    );
    await row(100);
    expect(screen.getByRole('button', { name: /Follow/, pressed: true })).toBeTruthy();
    scroller().scrollTop = 400;
    fireEvent.scroll(scroller());
    expect(screen.getByRole('button', { name: /Follow/, pressed: false })).toBeTruthy();
    await say((l) => l.lines(chunkOf(100, [line(100), line(101)])));
    await user.click(await screen.findByRole('button', { name: '2 new lines' }));
    await row(102);
    expect(screen.getByRole('button', { name: /Follow/, pressed: true })).toBeTruthy();
  });

  it('shows a gap where records are missing while the step runs, and none when the stored log has come', async () => {
    const { feed, say } = fakeLog(4);
    await open(feed);
    const gaps: LogSummary['gaps'] = [{ beforeLine: 2, after: 3, before: 53, reason: 'restart' }];
    await say((l) => l.summary(summary(4, { state: 'live', gaps })));
    await say((l) => l.lines(chunkOf(0, [line(0), line(1), line(2), line(3)])));
    const note = await screen.findByRole('note');
    expect(note.textContent).toContain('The CI server restarted and cannot send what was printed meanwhile.');
    expect(screen.getByText('Live')).toBeTruthy();
    await say((l) => l.summary(summary(4, { generation: 2, state: 'complete' })));
    await waitFor(() => expect(screen.queryByRole('note')).toBeNull());
    expect(screen.getByText('Complete')).toBeTruthy();
  });

  it('of a step that has begun does not say it has not, while its log was not looked at yet', async () => {
    const { feed, say } = fakeLog(0);
    await open(feed, { startedAt: 1_000, finishedAt: 2_000 });
    await say((l) => l.summary(summary(0, { state: 'pending' })));
    expect(screen.queryByText(/The step has not begun/)).toBeNull();
    expect(screen.getAllByText('Still being read from the CI server…')).toHaveLength(2);
  });

  it('says what the connection and the step are doing', async () => {
    const { feed, say } = fakeLog(0);
    await open(feed);
    const status = () => scroller().parentElement?.parentElement?.querySelector('.log-state')?.textContent;
    await say((l) => l.summary(summary(0, { state: 'pending' })));
    expect(screen.getAllByText(/The step has not begun/).length).toBeGreaterThan(0);
    await say((l) => l.connected(false));
    expect(status()).toBe('The stream is cut. Reconnecting…');
    await say((l) => l.connected(true));
    await say((l) => l.summary(summary(0, { state: 'awaiting-stored' })));
    expect(status()).toBe('The step has ended. Waiting for its stored log…');
    await say((l) => l.summary(summary(9, { state: 'complete', generation: 2, indexed: false })));
    expect(status()).toBe('Still being read from the CI server…');
    await say((l) => l.summary(summary(9, { state: 'complete', generation: 2 })));
    expect(status()).toBe('Complete');
    await say((l) => l.summary(summary(0, { state: 'complete', generation: 3 })));
    expect(screen.getByText('This step printed nothing.')).toBeTruthy();
  });

  it('says that a very long line goes on', async () => {
    const { feed, say } = fakeLog(1, {
      chunk: async () => chunkOf(0, [{ ...line(0), more: 90_000 }]),
    });
    await open(feed);
    await say((l) => l.summary(summary(1)));
    expect(rowOf(await row(1)).textContent).toContain('the line goes on; the download has all of it');
  });

  it('counts hits over the whole log, goes from one to the next and marks them', async () => {
    const search = vi.fn(async () => ({
      generation: 1,
      from: 0,
      scanned: 2_000,
      total: 1_700,
      lines: [3, 1_500],
      counts: [
        [0, 1],
        [2, 1],
        [3, 1_698],
      ] as [number, number][],
      hits: [],
      complete: true,
    }));
    const { feed, say } = fakeLog(2_000, { search });
    const { user } = await open(feed);
    await say((l) => l.summary(summary(2_000)));
    const field = screen.getByRole('searchbox', { name: 'Search this step' });
    await user.type(field, 'line');
    await waitFor(() =>
      expect(search).toHaveBeenLastCalledWith(
        { q: 'line', matchCase: false, word: false, regex: false },
        0,
        expect.any(AbortSignal),
      ),
    );
    const count = await screen.findByText('– of 1,700');
    await user.keyboard('{Enter}');
    expect(count.textContent).toBe('1 of 1,700');
    await user.keyboard('{Enter}');
    const hit = rowOf(await screen.findByRole('link', { name: 'Line 1,501' }));
    expect(hit.dataset.now).toBe('true');
    expect(within(hit).getByText('line', { selector: 'mark' })).toBeTruthy();
  });

  const command = (index: number, title: string): LogMark => ({
    index,
    pos: index * 2,
    at: index / 4,
    kind: 'command',
    title,
  });
  const marked = (total: number, marks: LogMark[]) =>
    fakeLog(total, {
      marks: async () => ({ generation: 1, from: 0, scanned: total, marks, complete: true }),
    });

  it('folds a failed step down to the command that broke it, with its exit code, and unfolds', async () => {
    const { feed, say } = marked(900, [command(0, 'make'), command(400, 'make test')]);
    const { user } = await open(feed, { failed: true, exitCode: 2 });
    await say((l) => l.summary(summary(900)));
    expect(rowOf(await row(900)).textContent).toContain('line 899');
    const head = await screen.findByRole('button', { name: 'make: 399 lines' }).catch(() => null);
    expect(head).toBeNull();
    await user.click(scroller());
    await user.keyboard('{Home}');
    const first = await screen.findByRole('button', { name: 'make: 399 lines' });
    expect(first.getAttribute('aria-expanded')).toBe('false');
    expect(rowOf(await row(401)).textContent).toContain('exit code 2');
    expect(screen.queryByRole('link', { name: 'Line 2' })).toBeNull();
    await user.click(first);
    expect(rowOf(await row(2)).textContent).toContain('line 1');
  });

  it('says at a head how long its part took', async () => {
    const { feed, say } = marked(900, [command(0, 'make'), command(400, 'make test')]);
    const { user } = await open(feed, { startedAt: 1_000_000, finishedAt: 1_000_000 + 161_000 });
    await say((l) => l.summary(summary(900)));
    const head = await screen.findByRole('button', { name: 'make: 399 lines' });
    expect(rowOf(await row(1)).textContent).toMatch(/399 lines1:40$/);
    await user.click(head);
    expect(rowOf(await row(401)).textContent).toMatch(/499 lines1:01$/);
  });

  it('does not call a log complete whose end the server may have lost, or has dropped', async () => {
    const one = fakeLog(20);
    const { unmount } = await open(one.feed, { endMayBeLost: true });
    await one.say((l) => l.summary(summary(20)));
    expect(screen.getByText('Stored log shown; its last lines may be missing')).toBeTruthy();
    expect(screen.queryByText('Complete')).toBeNull();
    unmount();
    const two = fakeLog(20);
    await open(two.feed);
    const tail = { beforeLine: 20, after: 19, before: null, reason: 'tail' as const };
    await two.say((l) => l.summary(summary(20, { state: 'truncated', gaps: [tail], limitBytes: 2_000_000 })));
    expect(
      screen.getByText('Cut by the server: the first 2 MB are kept, what came after is gone'),
    ).toBeTruthy();
  });

  it('says what the console has no room for: at the foot while it stays so, and where it is missing', async () => {
    const { feed, say } = fakeLog(20);
    await open(feed);
    const room = { beforeLine: 20, after: 19, before: null, reason: 'room' as const };
    const foot = 'Not all of it: the console has no room for the rest';
    for (const state of ['live', 'truncated'] as const) {
      await say((l) => l.summary(summary(20, { state, gaps: [room] })));
      expect(screen.getByText(foot)).toBeTruthy();
      expect(screen.getByRole('note').textContent).toMatch(/^What follows is not here/);
    }
    await say((l) =>
      l.summary(summary(20, { state: 'live', gaps: [{ ...room, beforeLine: 10, before: 2_019 }] })),
    );
    expect(screen.queryByText(foot)).toBeNull();
    expect(screen.getByText('Live')).toBeTruthy();
    expect(screen.getByRole('note').textContent).toMatch(/^1,999 records are not here/);
  });

  it('shows the note about a missing head to somebody who stands at the beginning', async () => {
    const { feed, say } = fakeLog(900);
    await open(feed);
    await say((l) => l.summary(summary(900)));
    await row(1);
    const head = { beforeLine: 0, after: -1, before: 15_000, reason: 'head' as const };
    await say((l) => l.summary(summary(900, { state: 'truncated', gaps: [head] })));
    const note = await screen.findByRole('note');
    expect(note.closest<HTMLElement>('.log-row')?.dataset.index).toBe('0');
    expect(scroller().scrollTop).toBe(0);
  });

  it('opens the fold that hides a hit, and says before that hits are inside', async () => {
    const search = async () => ({
      generation: 1,
      from: 0,
      scanned: 900,
      total: 2,
      lines: [7, 120],
      counts: [[0, 2]] as [number, number][],
      hits: [],
      complete: true,
    });
    const { feed, say } = marked(900, [command(0, 'make'), command(400, 'make test')]);
    const { user } = await open({ ...feed, search });
    await say((l) => l.summary(summary(900)));
    await user.click(await screen.findByRole('button', { name: 'make: 399 lines' }));
    await user.type(screen.getByRole('searchbox'), 'line');
    expect(await screen.findByText('2 hits inside')).toBeTruthy();
    await user.keyboard('{Enter}');
    await waitFor(async () => expect(rowOf(await row(8)).dataset.now).toBe('true'));
    expect(screen.getByRole('button', { name: 'make: 399 lines' }).getAttribute('aria-expanded')).toBe(
      'true',
    );
  });

  it('goes to the first line that looks like an error', async () => {
    const error: LogMark = { index: 700, pos: 1_400, at: 700, kind: 'error', title: 'error' };
    const { feed, say } = marked(900, [error]);
    const { user } = await open(feed);
    await say((l) => l.summary(summary(900)));
    await user.click(await screen.findByRole('button', { name: /First error/ }));
    await row(701);
  });

  it('tells the time since the step began, or the time of day', async () => {
    const { feed, say } = fakeLog(100);
    const startedAt = new Date(2026, 4, 1, 23, 59, 0).getTime();
    const { user } = await open(feed, { startedAt });
    await say((l) => l.summary(summary(100)));
    const time = async () => rowOf(await row(12)).querySelector('.log-at')?.textContent;
    expect(await time()).toBeUndefined();
    await user.click(screen.getByRole('button', { name: /^Time/ }));
    expect(await time()).toBe('0:11');
    await user.click(screen.getByRole('button', { name: /^Time/ }));
    expect(await time()).toBe('23:59:11');
  });

  it('offers the step in three forms and all steps in one archive', async () => {
    const { feed, say } = fakeLog(3);
    const { user } = await open(feed);
    await say((l) => l.summary(summary(3)));
    await user.click(screen.getByRole('button', { name: 'Download' }));
    const items = await screen.findAllByRole('menuitem');
    expect(items.map((item) => item.getAttribute('href'))).toEqual([
      '/api/download?as=raw',
      '/api/download?as=plain',
      '/api/download?as=html',
      '/api/build?as=raw',
      '/api/build?as=plain',
      '/api/build?as=html',
    ]);
  });

  it('shows hits of all steps, which lead to their lines', async () => {
    const one = {
      stage: 1,
      step: 2,
      generation: 1,
      scanned: 10,
      total: 1,
      hits: [{ index: 41, pos: 82, ranges: [[3, 8]] as [number, number][], text: 'an error here' }],
      complete: false,
      problem: null,
    };
    const searchBuild = vi
      .fn<LogFeed['searchBuild']>()
      .mockResolvedValueOnce({ steps: [one], next: '1.2.10' })
      .mockResolvedValueOnce({ steps: [{ ...one, total: 30, hits: [], complete: true }], next: null });
    const { feed, say } = fakeLog(3, { searchBuild });
    const { user, setHash } = await open(feed);
    await say((l) => l.summary(summary(3)));
    await user.click(screen.getByRole('button', { name: 'All steps' }));
    await user.click(screen.getByRole('searchbox'));
    await user.paste('error');
    expect(await screen.findByText('31 lines match, in 1 of 1 steps')).toBeTruthy();
    expect(searchBuild.mock.calls.map((call) => call[1])).toEqual([undefined, '1.2.10']);
    expect(screen.getByText('30 more in this step: open it to see them')).toBeTruthy();
    const hit = screen.getByRole('link', { name: /an error here/ });
    expect(hit.getAttribute('href')).toBe('/1/2#p82');
    await user.click(hit);
    expect(setHash).toHaveBeenLastCalledWith('/1/2#p82');
  });

  it('is read in plain pages, which go along to where one is sent', async () => {
    const { feed, say } = fakeLog(450);
    const { user } = await open(feed, { plain: true, hash: '#p600' });
    await say((l) => l.summary(summary(450)));
    const item = await screen.findByText('line 300');
    expect(item.getAttribute('value')).toBe('301');
    expect(screen.getByText('Lines 201 to 400 of 450')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Later lines' }));
    expect(await screen.findByText('line 449')).toBeTruthy();
    expect(screen.getByRole('list', { name: 'Log of compile' }).getAttribute('aria-live')).toBe('polite');
  });

  it('asks for nothing while the tab is hidden, and goes on where it was', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const seen = vi.spyOn(document, 'visibilityState', 'get');
    const ended = vi.fn();
    const { feed, say } = fakeLog(100);
    const watch = vi.fn((cursor: Parameters<LogFeed['watch']>[0], listener: LogListener) => {
      feed.watch(cursor, listener);
      return ended;
    });
    await open({ ...feed, watch });
    await say((l) => l.summary(summary(100, { state: 'live' })));
    await row(100);
    seen.mockReturnValue('hidden');
    await act(async () => {
      document.dispatchEvent(new Event('visibilitychange'));
      await vi.advanceTimersByTimeAsync(9_000);
    });
    expect(ended).not.toHaveBeenCalled();
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(ended).toHaveBeenCalledTimes(1);
    seen.mockReturnValue('visible');
    await act(async () => {
      document.dispatchEvent(new Event('visibilitychange'));
    });
    expect(watch).toHaveBeenCalledTimes(2);
    expect(watch.mock.calls[1]?.[0]()).toEqual({ generation: 1, after: 198 });
    vi.useRealTimers();
  });
});
