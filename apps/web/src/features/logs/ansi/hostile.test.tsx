import { lineText, signOf, UNSEEN } from '@flightdeck/api-client/model';
import { hostileLine, hostileLines, propertyRuns, readNaively } from '@flightdeck/api-client/testing';
import { render } from '@testing-library/react';
import fc from 'fast-check';
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { LogRow } from '../log-row.tsx';

const row = (text: string, carry: string, q: string, word = false) =>
  render(
    <LogRow
      index={0}
      line={{ pos: 7, at: 1, text, carry }}
      term={{ q, matchCase: false, word, regex: false }}
      times="off"
      startedAt={null}
      link={null}
      onPick={() => {}}
      t={i18next.t as unknown as Parameters<typeof LogRow>[0]['t']}
      language="en"
    />,
  );

const styles = /^(?:(?:color|background-color): (?:rgb\(\d{1,3}, \d{1,3}, \d{1,3}\)|#[0-9a-f]{6});\s?)+$/;
const allowed: Record<string, (value: string) => boolean> = {
  class: (value) => /^(?:log-[a-z]+|[fg]\d{1,3}|a-[a-z-]+)(?: (?:[fg]\d{1,3}|a-[a-z-]+))*$/.test(value),
  href: (value) => value === '#p7' || /^https?:\/\//.test(value),
  target: (value) => value === '_blank',
  rel: (value) => value === 'noopener noreferrer nofollow',
  style: (value) => styles.test(value),
  'aria-label': () => true,
  'data-command': (value) => value === 'true',
};
const harmful = new RegExp(`[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]|${UNSEEN}`, 'u');

function expectHarmless(container: HTMLElement): void {
  for (const element of container.querySelectorAll('*')) {
    expect(['SPAN', 'A', 'MARK']).toContain(element.tagName);
    for (const { name, value } of element.attributes)
      expect([name, value, allowed[name]?.(value) ?? false]).toEqual([name, value, true]);
  }
  expect(container.textContent).not.toMatch(harmful);
}

/** What moves in the line (`\r`, backspace, cursor) is another matter than what is removed from it. */
const still = (line: string): string => line.replace(/[\r\b]|(?:\u001b\[|\u009b)[0-?]*[ -/]*[GK]/g, '');
const shown = (line: string): string => readNaively(line).replace(new RegExp(UNSEEN, 'gu'), signOf);

describe('hostile lines', () => {
  it.each(hostileLines)('%j becomes harmless elements, and no text of it disappears', (line) => {
    expectHarmless(row(line, '', 'a').container);
    expect(lineText(still(line))).toBe(shown(still(line)));
  });

  it('become nothing but the row’s own elements, attributes and characters, whatever is carried in or searched for', () => {
    fc.assert(
      fc.property(
        hostileLine,
        hostileLine,
        fc.string({ maxLength: 3 }),
        fc.boolean(),
        (line, carry, q, word) => {
          const { container, unmount } = row(line, carry, q, word);
          expectHarmless(container);
          unmount();
        },
      ),
      { numRuns: propertyRuns(200) },
    );
  });

  it('lose no text: what is read is what stands between the sequences', () => {
    fc.assert(
      fc.property(hostileLine, (line) => {
        const text = still(still(still(line)));
        fc.pre(text === still(text));
        expect(lineText(text)).toBe(shown(text).slice(0, lineText(text).length));
        if (text.length < 2_000) expect(lineText(text)).toBe(shown(text));
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('a line of nothing but changes and hits costs a bounded number of elements', () => {
    const changes = Array.from({ length: 20_000 }, (_, at) => `\u001b[3${at % 8};4${at % 7}mab`).join('');
    expect(row(changes, '', 'a').container.querySelectorAll('*').length).toBeLessThan(2_500);
    expect(row('ab'.repeat(10_000), '', 'a').container.querySelectorAll('*').length).toBeLessThan(1_000);
  });
});
