/** The control: all lines in memory, @tanstack/react-virtual as its documentation shows it, ansi-to-html per row. */
import { useVirtualizer } from '@tanstack/react-virtual';
import Convert from 'ansi-to-html';
import { createElement, useRef } from 'react';
import { createRoot } from 'react-dom/client';

const text = await (await fetch('/log.txt')).text();
const lines = text.split('\n');
const convert = new Convert({ escapeXML: true });

function List() {
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
      createElement('span', {
        className: 'log-text',
        // biome-ignore lint/security/noDangerouslySetInnerHtml: the control does as such lists do, on the sandbox's own text.
        dangerouslySetInnerHTML: { __html: convert.toHtml(lines[index]) },
      }),
    );
  return createElement(
    'div',
    { id: 'list', ref: parent, role: 'log' },
    createElement(
      'div',
      { style: { position: 'relative', height: rows.getTotalSize() } },
      rows.getVirtualItems().map(row),
    ),
  );
}

createRoot(document.getElementById('root')).render(createElement(List));
