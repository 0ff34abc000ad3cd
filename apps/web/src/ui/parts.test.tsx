import { ProblemError } from '@flightdeck/api-client/contract';
import { statusSchema } from '@flightdeck/api-client/model';
import { act, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { problem } from '../testing/fake-api.ts';
import { renderPart } from '../testing/render-page.tsx';
import { type Asked, AsyncView } from './async-view.tsx';
import { CopyButton } from './copy-button.tsx';
import { OutLink } from './link.tsx';
import { Commit, RepositoryName } from './names.tsx';
import { ProblemView } from './problem.tsx';
import { StatusIcon, statusShape } from './status-icon.tsx';
import { Duration, Time } from './time.tsx';

afterEach(() => {
  vi.useRealTimers();
});

const asked = (more: object) => ({
  data: undefined,
  error: null,
  isPending: true,
  dataUpdatedAt: 0,
  refetch: () => {},
  ...more,
});

describe('status', () => {
  it('is told by shape and word, never by colour alone', async () => {
    await renderPart(statusSchema.options.map((status) => <StatusIcon key={status} status={status} />));
    const names = screen.getAllByRole('img').map((icon) => icon.getAttribute('aria-label'));
    expect(new Set(names).size).toBe(statusSchema.options.length);
    const shapes = ['success', 'failure', 'running', 'waiting', 'approval', 'skipped', 'cancelled'] as const;
    expect(new Set(shapes.map((status) => statusShape(status))).size).toBe(shapes.length);
    expect(statusShape('failure', true)).not.toBe(statusShape('failure'));
  });

  it('says an ignored failure', async () => {
    await renderPart(<StatusIcon status="failure" ignored />, 'zh-CN');
    expect(screen.getByRole('img', { name: '失败，已忽略' })).toBeTruthy();
  });
});

describe('time', () => {
  it('is relative, machine-readable, and counts up while something runs', async () => {
    const now = Date.UTC(2026, 10, 21, 9, 0, 0);
    vi.useFakeTimers({ now, shouldAdvanceTime: false });
    await renderPart(
      <>
        <Time at={now - 240_000} />
        <Duration from={now - 131_000} to={null} />
        <Duration from={now - 402_000} to={now} />
      </>,
    );
    const time = screen.getByText('4 min ago');
    expect(time.getAttribute('datetime')).toBe('2026-11-21T08:56:00.000Z');
    expect(screen.getByText('6:42')).toBeTruthy();
    expect(screen.getByText('2:11')).toBeTruthy();
    act(() => {
      vi.advanceTimersByTime(3_000);
    });
    expect(screen.getByText('2:14')).toBeTruthy();
    expect(screen.getByText('6:42')).toBeTruthy();
  });
});

describe('a view of asked data', () => {
  it('shows grey bars only after 150 ms', async () => {
    vi.useFakeTimers();
    await renderPart(
      <AsyncView query={asked({})} skeleton={<i>bars</i>}>
        {() => null}
      </AsyncView>,
    );
    expect(screen.queryByText('bars')).toBeNull();
    expect(screen.getByText('Loading')).toBeTruthy();
    act(() => {
      vi.advanceTimersByTime(151);
    });
    expect(screen.getByText('bars')).toBeTruthy();
  });

  it('shows what is said when there is nothing', async () => {
    await renderPart(
      <AsyncView
        query={asked({ data: [] as string[] }) as Asked<string[]>}
        empty={(list) => (list.length === 0 ? 'Nothing yet.' : null)}
      >
        {() => 'rows'}
      </AsyncView>,
    );
    expect(screen.getByText('Nothing yet.')).toBeTruthy();
    expect(screen.queryByText('rows')).toBeNull();
  });

  it('keeps what it showed when the server is down, and nothing of it when the right to see it is gone', async () => {
    const failed = (code: 'ci_unreachable' | 'not_found') =>
      asked({
        data: 'held',
        error: new ProblemError(problem(code, { instance: 'ci' }).problem),
      }) as Asked<string>;
    const down = await renderPart(
      <AsyncView query={failed('ci_unreachable')}>{(data) => <p>{data}</p>}</AsyncView>,
    );
    expect(screen.getByText('held')).toBeTruthy();
    down.unmount();
    await renderPart(<AsyncView query={failed('not_found')}>{(data) => <p>{data}</p>}</AsyncView>);
    expect(await screen.findByText('not_found')).toBeTruthy();
    expect(screen.queryByText('held')).toBeNull();
  });
});

describe('a problem', () => {
  it('has sentence, code, raw message, request and one action', async () => {
    const again = vi.fn();
    const error = new ProblemError(
      problem('ci_error', { instance: 'ci', raw: '<script>alert(1)</script> panic', requestId: 'req-42' })
        .problem,
    );
    const { user } = await renderPart(<ProblemView error={error} retry={again} />);
    expect(await screen.findByText('Build Works reported an error of its own.')).toBeTruthy();
    expect(screen.getByText('ci_error')).toBeTruthy();
    expect(screen.getByText('<script>alert(1)</script> panic')).toBeTruthy();
    expect(screen.getByText('req-42')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(again).toHaveBeenCalledTimes(1);
  });
});

describe('a sign-in that the forge ended', () => {
  it('offers to sign in again and come back', async () => {
    const error = new ProblemError(problem('forge_signed_out', { instance: 'code' }).problem);
    await renderPart(<ProblemView error={error} />);
    const link = await screen.findByRole('link', { name: 'Sign in again' });
    const here = encodeURIComponent(window.location.pathname + window.location.search);
    expect(link.getAttribute('href')).toBe(`/auth/forge/code?return=${here}`);
  });
});

describe('names and links', () => {
  it('shorten nested groups in the middle and commits to seven', async () => {
    await renderPart(
      <>
        <RepositoryName path="platform/internal/tools/group/worker" />
        <Commit sha="0123456789abcdef" />
      </>,
    );
    expect(screen.getByText('platform/…/group/')).toBeTruthy();
    expect(screen.getByText('0123456')).toBeTruthy();
  });

  it('lead out to http addresses only, and tell them nothing', async () => {
    await renderPart(
      <>
        <OutLink href="https://code.example/x">good</OutLink>
        <OutLink href={['java', 'script:alert(1)'].join('')}>bad</OutLink>
      </>,
    );
    const good = screen.getByRole('link', { name: 'good' });
    expect(good.getAttribute('rel')).toBe('noopener noreferrer');
    expect(screen.queryByRole('link', { name: 'bad' })).toBeNull();
  });

  it('say when the browser refuses to copy', async () => {
    document.execCommand = () => false;
    const { user } = await renderPart(<CopyButton text="x" />);
    // The test library brings a clipboard; a plain page has none.
    Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(await screen.findByText(/The browser does not allow copying/)).toBeTruthy();
  });

  it('say "Copied" for a moment, and when there was nothing to copy', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    let gone = false;
    const read = async () => {
      if (gone) throw new Error('gone');
      return 'y';
    };
    document.execCommand = () => true;
    const { user, unmount } = await renderPart(<CopyButton look="link" label="Copy text" text={read} />);
    Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    await user.click(screen.getByRole('button', { name: 'Copy text' }));
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
    act(() => {
      vi.advanceTimersByTime(2_000);
    });
    gone = true;
    await user.click(screen.getByRole('button', { name: 'Copy text' }));
    expect(await screen.findByText('The text could not be read, nothing was copied.')).toBeTruthy();
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});
