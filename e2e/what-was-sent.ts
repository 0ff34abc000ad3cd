import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Everything that the browser was sent from now on, and what of it holds a text. */
export function listen(page: Page) {
  const received: { url: string; text: string }[] = [];
  const reading: Promise<unknown>[] = [];
  page.on('response', (response) => {
    reading.push(
      response.text().then(
        (text) => received.push({ url: response.url(), text: text + JSON.stringify(response.headers()) }),
        () => {},
      ),
    );
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => received.push({ url: socket.url(), text: String(payload) })),
  );
  return async (text: string) => {
    await Promise.all(reading);
    expect(received.length).toBeGreaterThan(0);
    return received.filter((one) => one.text.includes(text)).map(({ url }) => url);
  };
}

/** What the page and the browser's storage hold. */
export const kept = (page: Page) =>
  page.evaluate(() =>
    JSON.stringify([
      document.documentElement.outerHTML,
      [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      location.href,
    ]),
  );
