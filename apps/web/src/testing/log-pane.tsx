import {
  LOG_CHUNK_LINES,
  type LogChunk,
  type LogLine,
  type LogSummary,
  type LogView,
} from '@flightdeck/api-client/model';
import { act, fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { vi } from 'vitest';
import type { LogFeed, LogListener } from '../features/logs/feed.ts';
import { LogPane, type LogPaneProps } from '../features/logs/log-pane.tsx';
import { nothingToFind } from '../features/logs/search/find.ts';
import { renderPart } from './render-page.tsx';

const ROWS_SEEN = 20;

export const summary = (lines: number, more: Partial<LogSummary> = {}): LogSummary => ({
  state: 'complete',
  generation: 1,
  lines,
  bytes: 0,
  firstPos: 0,
  lastPos: null,
  gaps: [],
  limitBytes: null,
  widest: 20,
  indexed: true,
  ...more,
});

/** Every line has two records, so that positions and line numbers differ. */
export const line = (index: number): LogLine => ({ pos: index * 2, at: index, text: `line ${index}` });
export const chunkOf = (from: number, lines: LogLine[], generation = 1): LogChunk => ({
  generation,
  from,
  lines,
  carry: lines.map(() => ''),
});

/** A log of `total` lines that a test speaks for. */
export function fakeLog(total: number, more: Partial<LogFeed> = {}) {
  const told: { listener?: LogListener } = {};
  const around = (index: number) => Math.floor(index / LOG_CHUNK_LINES) * LOG_CHUNK_LINES;
  const chunk = async (generation: number, from: number) =>
    chunkOf(
      from,
      Array.from({ length: Math.min(LOG_CHUNK_LINES, total - from) }, (_, i) => line(from + i)),
      generation,
    );
  const feed: LogFeed = {
    chunk: vi.fn(chunk),
    around: (generation, pos) => chunk(generation, around(Math.min(Math.floor(pos / 2), total - 1))),
    search: async () => ({
      generation: 1,
      from: 0,
      scanned: total,
      total: 0,
      lines: [],
      counts: [],
      hits: [],
      complete: true,
    }),
    matches: async () => ({ generation: 1, hits: [] }),
    marks: async () => ({ generation: 1, from: 0, scanned: total, marks: [], complete: true }),
    searchBuild: async () => ({ steps: [], next: null }),
    watch: (_, listener) => {
      told.listener = listener;
      return () => {};
    },
    download: (form) => `/api/download?as=${form}`,
    downloadBuild: (form) => `/api/build?as=${form}`,
    ...more,
  };
  const say = (tell: (listener: LogListener) => void) =>
    act(async () => {
      if (told.listener) tell(told.listener);
    });
  return { feed, say };
}

interface Opened extends Partial<LogPaneProps['step']>, Partial<LogView> {
  hash?: string;
}

export async function openLog(feed: LogFeed, more: Opened = {}) {
  const setHash = vi.fn();
  function Pane() {
    const [view, setView] = useState<LogView>({
      wrap: false,
      times: more.times ?? 'off',
      plain: more.plain ?? false,
    });
    const [find, setFind] = useState(nothingToFind);
    return (
      <LogPane
        feed={feed}
        step={{
          name: 'compile',
          failed: more.failed ?? false,
          exitCode: more.exitCode ?? null,
          startedAt: more.startedAt ?? null,
          finishedAt: more.finishedAt ?? null,
          endMayBeLost: more.endMayBeLost ?? false,
          atFailure: more.atFailure ?? false,
        }}
        hash={more.hash ?? ''}
        setHash={setHash}
        view={view}
        setView={(change) => setView((now) => ({ ...now, ...change }))}
        find={find}
        setFind={setFind}
        build={{
          steps: [{ stage: 1, step: 2, name: 'test' }],
          addressOf: (stage, step, pos) => `/${stage}/${step}#p${pos}`,
          open: setHash,
          hrefOf: (address) => address,
        }}
      />
    );
  }
  const view = await renderPart(<Pane />);
  return { ...view, setHash };
}

export const row = (number: number) => screen.findByRole('link', { name: `Line ${number}` });
export const scroller = () => screen.getByRole('log', { name: 'Log of compile' });
export const rowOf = (link: HTMLElement) => link.closest('.log-row') as HTMLElement;

/** jsdom lays nothing out: the list is told a height, and a scroll order is obeyed. Until `vi.restoreAllMocks`. */
export function layOut(): void {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(function (this: HTMLElement) {
    return this.classList.contains('log-scroll') ? ROWS_SEEN * 20 : 20;
  });
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(800);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(ROWS_SEEN * 20);
  vi.spyOn(Element.prototype, 'scrollHeight', 'get').mockImplementation(function (this: Element) {
    const space = this.querySelector<HTMLElement>('.log-space');
    return space ? Number.parseInt(space.style.height, 10) : 0;
  });
  Element.prototype.scrollTo = function (this: Element, to?: ScrollToOptions | number) {
    if (typeof to !== 'object' || to.top === undefined) return;
    const top = Math.max(0, Math.min(to.top, this.scrollHeight - this.clientHeight));
    if (top === this.scrollTop) return;
    this.scrollTop = top;
    fireEvent.scroll(this);
  } as typeof Element.prototype.scrollTo;
}
