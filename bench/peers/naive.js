/** What the CI servers' own consoles do: every line converted by ansi_up first, then an element each. */
import { AnsiUp } from 'ansi_up';
import { createElement } from 'react';
import { Coloured } from './coloured.js';
import { linesOfLog } from './lines.js';

export async function show() {
  const ansi = new AnsiUp();
  const rows = (await linesOfLog()).map((line) => ansi.ansi_to_html(line));
  const row = (html, index) =>
    createElement(
      'div',
      { key: index },
      createElement('span', null, index + 1),
      createElement(Coloured, { html }),
    );
  return createElement('div', { className: 'list' }, rows.map(row));
}
