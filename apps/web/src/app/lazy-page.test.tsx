import { screen, waitFor } from '@testing-library/react';
import { Component, type ReactNode, useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tellOutdated } from '../lib/outdated.ts';
import { reloadPage } from '../lib/reload.ts';
import { renderPart } from '../testing/render-page.tsx';
import { Crash } from './edges.tsx';
import { LazyPart, lazyPage } from './lazy-page.tsx';
import { OutdatedNote } from './outdated-note.tsx';

vi.mock('../lib/reload.ts', () => ({ reloadPage: vi.fn() }));
const reload = vi.mocked(reloadPage);
const gone = () =>
  Promise.reject<never>(
    new TypeError('Failed to fetch dynamically imported module: http://x/assets/part-1.js'),
  );

/** As the router's: shows the crash page in the place of what threw. */
class Boundary extends Component<{ children: ReactNode }> {
  override state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    return this.state.error ? <Crash error={this.state.error} /> : this.props.children;
  }
}

beforeEach(() => {
  // React tells the console of every error that a boundary caught.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  reload.mockClear();
  tellOutdated(false);
  vi.restoreAllMocks();
});

describe('a part of the page whose file is gone', () => {
  it('says that the console was updated, and loads again only when told to', async () => {
    const Gone = lazyPage<'GonePage'>(gone, 'GonePage');
    const { user } = await renderPart(
      <Boundary>
        <Gone />
      </Boundary>,
    );
    await screen.findByRole('heading', { name: 'Flightdeck was updated meanwhile' });
    expect(screen.getByRole('alert').textContent).toContain('part-1.js');
    expect(reload).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Load the page again' }));
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('leaves the page and what was typed alone when it stood beside it', async () => {
    const Gone = lazyPage<'Aside'>(gone, 'Aside');
    function Frame() {
      const [open, setOpen] = useState<string | null>(null);
      return (
        <>
          <OutdatedNote />
          <input aria-label="Value" />
          <button type="button" onClick={() => setOpen('palette')}>
            Open
          </button>
          <LazyPart of={open}>{open ? <Gone /> : null}</LazyPart>
        </>
      );
    }
    const { user } = await renderPart(<Frame />);
    const field = screen.getByRole('textbox', { name: 'Value' });
    await user.type(field, 'half a sen');
    await user.click(screen.getByRole('button', { name: 'Open' }));
    await screen.findByText(/Flightdeck was updated meanwhile, and a part of this page is gone/);
    expect(screen.getByRole('textbox', { name: 'Value' })).toBe(field);
    expect((field as HTMLInputElement).value).toBe('half a sen');
    expect(reload).not.toHaveBeenCalled();
  });

  it('hands on what is an error of another kind', async () => {
    const Broken = lazyPage<'Broken'>(async () => {
      throw new Error('made up');
    }, 'Broken');
    await renderPart(
      <Boundary>
        <LazyPart of={null}>
          <Broken />
        </LazyPart>
      </Boundary>,
    );
    await waitFor(() => expect(screen.getByRole('heading', { name: 'This page broke' })).toBeTruthy());
  });
});
