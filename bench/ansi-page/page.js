/** Rows of a log on a bare page: those of the console, and ansi-to-html's markup in the same list. */
import Convert from 'ansi-to-html';
import { createElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { LogRow } from '../../apps/web/src/features/logs/log-row.tsx';
import { Coloured } from '../peers/coloured.js';

const term = { q: '', matchCase: false, word: false, regex: false };
const nothing = () => {};
const word = (key) => key;
const convert = new Convert({ escapeXML: true });

const kinds = {
  console: (line, index) =>
    createElement(LogRow, {
      ...{ index, line, term, times: 'off', startedAt: null },
      ...{ link: null, onPick: nothing, t: word, language: 'en' },
    }),
  bare: (line, index) => [
    createElement('span', { key: 'number', className: 'log-num' }, index + 1),
    createElement(Coloured, { key: 'text', html: convert.toHtml(line.text) }),
  ],
};

/** Draws screen after screen of `rows` lines, each in both kinds in turn; ms of each by its kind, and the text that stood there. */
globalThis.drawScreens = (lines, rows) => {
  const ms = { console: [], bare: [] };
  const texts = { console: '', bare: '' };
  const lists = Object.keys(kinds).map((kind) => {
    const list = document.body.appendChild(document.createElement('div'));
    list.style.cssText = 'font: 12px / 20px monospace; white-space: pre; height: 1200px; overflow: hidden';
    return { kind, list, root: createRoot(list) };
  });
  for (let from = 0; from + rows <= lines.length; from += rows) {
    for (const { kind, list, root } of from % (2 * rows) === 0 ? lists : lists.toReversed()) {
      const began = performance.now();
      flushSync(() =>
        root.render(
          lines
            .slice(from, from + rows)
            .map((line, at) => createElement('div', { key: from + at }, kinds[kind](line, from + at))),
        ),
      );
      list.getBoundingClientRect();
      ms[kind].push(performance.now() - began);
      texts[kind] += [...list.querySelectorAll('.log-text')].map((row) => row.textContent).join('\n');
    }
  }
  return { ms, texts };
};
