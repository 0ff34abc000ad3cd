/** A span with what an ANSI library made of a line: by way of a document nobody sees, with the parser that innerHTML has. */
import { createElement, useLayoutEffect, useRef } from 'react';

const apart = document.implementation.createHTMLDocument('').createRange();

export function Coloured({ html }) {
  const span = useRef(null);
  useLayoutEffect(() => span.current.replaceChildren(apart.createContextualFragment(html)), [html]);
  return createElement('span', { ref: span, className: 'log-text' });
}
