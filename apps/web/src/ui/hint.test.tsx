import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPart } from '../testing/render-page.tsx';
import { Hint } from './hint.tsx';

const tooltip = () => screen.queryByRole('tooltip');

async function shown() {
  const { user } = await renderPart(
    <>
      <Hint label="2026-11-21 18:16">
        <time className="num">4 min ago</time>
      </Hint>
      <p>elsewhere</p>
    </>,
  );
  return { user, at: screen.getByText('4 min ago') };
}

it('says more while the mouse rests on it, again and again, and leaves the element as it is', async () => {
  const { user, at } = await shown();
  expect(at.className).toBe('num');
  for (let round = 0; round < 2; round++) {
    await user.hover(at);
    expect((await screen.findByRole('tooltip')).textContent).toBe('2026-11-21 18:16');
    expect(screen.getByText('4 min ago')).toBe(at);
    await user.unhover(at);
    await expect.poll(tooltip).toBeNull();
  }
});

it('closes with Escape', async () => {
  const { user, at } = await shown();
  await user.hover(at);
  await screen.findByRole('tooltip');
  await user.keyboard('{Escape}');
  await expect.poll(tooltip).toBeNull();
});
