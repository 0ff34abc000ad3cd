/** react-virtuoso, rows of one height, ansi-to-html per row. */
import Convert from 'ansi-to-html';
import { createElement, Fragment } from 'react';
import { Virtuoso } from 'react-virtuoso';
import { Coloured } from './coloured.js';
import { linesOfLog } from './lines.js';

const convert = new Convert({ escapeXML: true });

export async function show() {
  const lines = await linesOfLog();
  const itemContent = (index) =>
    createElement(
      Fragment,
      null,
      createElement('span', null, index + 1),
      createElement(Coloured, { html: convert.toHtml(lines[index]) }),
    );
  return createElement(Virtuoso, {
    className: 'list',
    style: { height: '100vh' },
    totalCount: lines.length,
    fixedItemHeight: 20,
    itemContent,
  });
}
