import { screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { renderPart } from '../testing/render-page.tsx';
import { Confirm } from './dialog.tsx';

function Asking() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Delete
      </button>
      {open ? (
        <Confirm
          opened
          title="Delete it?"
          text="It is gone then."
          submit="Delete it"
          busy={false}
          onSubmit={() => {}}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}

describe('a dialog', () => {
  it('takes the focus, and gives it back to what opened it when Esc closes it', async () => {
    const { user } = await renderPart(<Asking />);
    const opener = screen.getByRole('button', { name: 'Delete' });
    opener.focus();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Delete it?' });
    await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.activeElement).toBe(opener);
  });
});
