import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { person } from '../testing/fixtures/people.ts';
import { renderPart } from '../testing/render-page.tsx';
import { Person } from './names.tsx';

const ours = 'http://code.example/avatars/1';
const one = (login: string, avatarUrl: string | null) => (
  <p data-testid={login}>
    <Person person={{ ...person(login, login), avatarUrl }} avatar />
  </p>
);

/** Until the page knows its forges, which it shows by the picture of one of them. */
async function shown(avatarUrl: string | null) {
  await renderPart(
    <>
      {one('ada', avatarUrl)}
      {one('known', ours)}
    </>,
  );
  const at = (login: string) => screen.getByTestId(login);
  await expect.poll(() => at('known').querySelector('img')).not.toBeNull();
  return at('ada');
}

describe('a person’s picture', () => {
  it('is the forge’s, and the first letter where it does not come', async () => {
    const ada = await shown(ours);
    const picture = ada.querySelector('img');
    expect(picture?.getAttribute('src')).toBe(ours);
    expect(picture?.getAttribute('referrerpolicy')).toBe('no-referrer');
    if (picture) fireEvent.error(picture);
    expect(ada.querySelector('img')).toBeNull();
    expect(ada.textContent).toBe('Aada');
  });

  it.each([
    null,
    '',
    'http://gravatar.example/avatar/1',
    'http://code.example:81/a',
    'https://code.example/a',
    'javascript:alert(1)',
    'data:image/svg+xml,x',
    '//code.example/a',
  ])('is never asked for at %s', async (address) => {
    const ada = await shown(address);
    expect(ada.querySelector('img')).toBeNull();
    expect(ada.textContent).toBe('Aada');
  });
});
