import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { checkFakeApi } from './fake-api.ts';
import { FakeSocket } from './fake-socket.ts';

// Pages load lazily, and the machine that tests may be slow.
configure({ asyncUtilTimeout: 8_000 });

// What jsdom lacks. A test may answer media queries by its own `matchMedia`.
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
  dispatchEvent: () => false,
}));
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
vi.stubGlobal('WebSocket', FakeSocket);
vi.stubGlobal('scrollTo', () => {});
Element.prototype.scrollIntoView = () => {};
document.execCommand ??= () => false;
// Mantine's autosize asks for fonts.
Object.defineProperty(document, 'fonts', {
  value: { addEventListener: () => {}, removeEventListener: () => {} },
  configurable: true,
});

afterEach(() => {
  cleanup();
  FakeSocket.forget();
  checkFakeApi();
});
