import { expect, it } from 'vitest';
import { inputHeader } from './input.ts';

it('is sent once for what the person did since the last call, and never for nothing', () => {
  inputHeader();
  expect(inputHeader()).toEqual({});
  for (const event of [
    new KeyboardEvent('keydown', { key: 'a' }),
    new Event('wheel'),
    new Event('pointerdown'),
  ]) {
    window.dispatchEvent(event);
    expect(inputHeader()).toEqual({ 'x-flightdeck-input': '1' });
    expect(inputHeader()).toEqual({});
  }
});
