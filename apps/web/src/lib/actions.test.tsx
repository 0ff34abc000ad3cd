import { fireEvent, render, screen } from '@testing-library/react';
import { useEffect } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { handleKey, matchesKey, type PageAction, useActions } from './actions.ts';

function Keys({ actions, on = true }: { actions: PageAction[]; on?: boolean }) {
  useActions(actions);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => handleKey(event, on);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [on]);
  return (
    <>
      <input aria-label="field" />
      <input aria-label="box" type="checkbox" />
      <div contentEditable="true" suppressContentEditableWarning data-testid="editable" />
    </>
  );
}

const action = (keys: string, run: () => void): PageAction => ({ id: keys, label: keys, keys, run });

describe('single keys', () => {
  it('run outside of fields and are dead inside', () => {
    const run = vi.fn();
    render(<Keys actions={[action('j', run)]} />);
    fireEvent.keyDown(document.body, { key: 'j' });
    expect(run).toHaveBeenCalledTimes(1);
    fireEvent.keyDown(screen.getByLabelText('field'), { key: 'j' });
    expect(run).toHaveBeenCalledTimes(1);
    fireEvent.keyDown(screen.getByLabelText('box'), { key: 'j' });
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('are dead while an input method composes and with Ctrl, Alt or ⌘', () => {
    const run = vi.fn();
    render(<Keys actions={[action('j', run)]} />);
    fireEvent.keyDown(document.body, { key: 'j', isComposing: true });
    fireEvent.keyDown(document.body, { key: 'j', keyCode: 229 });
    fireEvent.keyDown(document.body, { key: 'j', ctrlKey: true });
    fireEvent.keyDown(document.body, { key: 'j', metaKey: true });
    fireEvent.keyDown(document.body, { key: 'j', altKey: true });
    expect(run).not.toHaveBeenCalled();
  });

  it('can be switched off', () => {
    const run = vi.fn();
    render(<Keys actions={[action('j', run)]} on={false} />);
    fireEvent.keyDown(document.body, { key: 'j' });
    expect(run).not.toHaveBeenCalled();
  });

  it('run the newest code of an action without being offered anew', () => {
    const first = vi.fn();
    const second = vi.fn();
    const { rerender } = render(<Keys actions={[action('n', first)]} />);
    rerender(<Keys actions={[action('n', second)]} />);
    fireEvent.keyDown(document.body, { key: 'n' });
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledTimes(1);
  });

  it('are the dialog’s own while one is open', () => {
    const run = vi.fn();
    const inside = vi.fn();
    render(
      <>
        <Keys actions={[action('n', run), { ...action('x', inside), inDialog: true }]} />
        <div role="dialog" aria-modal="true" />
      </>,
    );
    fireEvent.keyDown(document.body, { key: 'n' });
    fireEvent.keyDown(document.body, { key: 'x' });
    expect(run).not.toHaveBeenCalled();
    expect(inside).toHaveBeenCalledTimes(1);
  });

  it('tell Shift N from N, and take signs however they are typed', () => {
    const event = (key: string, shiftKey = false) => new KeyboardEvent('keydown', { key, shiftKey });
    expect(matchesKey('n', event('n'))).toBe(true);
    expect(matchesKey('n', event('N', true))).toBe(false);
    expect(matchesKey('Shift+n', event('N', true))).toBe(true);
    expect(matchesKey('?', event('?', true))).toBe(true);
    expect(matchesKey('/', event('/', true))).toBe(true);
  });
});
