/** @tanstack/react-virtual, rows of one height, ansi-to-html per row. */
import { useVirtualizer } from '@tanstack/react-virtual';
import Convert from 'ansi-to-html';
import { createElement, useRef } from 'react';
import { Coloured } from './coloured.js';
import { linesOfLog } from './lines.js';

const convert = new Convert({ escapeXML: true });

export async function show() {
  return createElement(List, { lines: await linesOfLog() });
}

function List({ lines }) {
  const parent = useRef(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => parent.current,
    estimateSize: () => 20,
    overscan: 12,
  });
  const row = ({ index, start }) =>
    createElement(
      'div',
      {
        key: index,
        'data-index': index,
        style: { position: 'absolute', top: 0, left: 0, height: 20, transform: `translateY(${start}px)` },
      },
      createElement('span', null, index + 1),
      createElement(Coloured, { html: convert.toHtml(lines[index]) }),
    );
  return createElement(
    'div',
    { className: 'list', ref: parent, role: 'log' },
    createElement(
      'div',
      { style: { position: 'relative', height: rows.getTotalSize() } },
      rows.getVirtualItems().map(row),
    ),
  );
}
