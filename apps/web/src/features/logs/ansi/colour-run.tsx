import { isPlainLook, type Look } from '@flightdeck/api-client/model';
import Convert from 'ansi-to-html';
import type { CSSProperties, ReactNode } from 'react';
import { toSgr } from './sgr.ts';

/**
 * ansi-to-html turns one run (one look, no escapes left in it) into markup whose colours are the names `c0`…`c255`;
 * `toNodes` lets exactly that vocabulary through and builds React nodes: no markup ever reaches the page.
 */
const converter = new Convert({
  escapeXML: true,
  newline: false,
  stream: false,
  colors: Object.fromEntries(Array.from({ length: 256 }, (_, index) => [index, `c${index}`])),
});

export function colourRun(text: string, look: Look): ReactNode {
  if (isPlainLook(look)) return text;
  const prefix = toSgr(look)
    .map((code) => `\u001b[${code.join(';')}m`)
    .join('');
  const nodes = prefix === '' ? text : shapeOf(prefix).map((node, key) => toNode(node, key, text));
  const style = exactColours(look);
  const className = [
    look.dim ? 'a-dim' : '',
    look.hidden ? 'a-hidden' : '',
    look.inverse ? inverseClass(look) : '',
  ]
    .filter(Boolean)
    .join(' ');
  if (className === '' && style === undefined) return nodes;
  return (
    <span className={className || undefined} style={style}>
      {nodes}
    </span>
  );
}

/** What is around the text of a run, by its prefix: looks repeat, and the library is slow. */
const shapes = new Map<string, (string | Frame)[]>();
const KEEP_SHAPES = 1_000;

function shapeOf(prefix: string): (string | Frame)[] {
  const known = shapes.get(prefix);
  if (known) return known;
  if (shapes.size >= KEEP_SHAPES) shapes.clear();
  const shape = toFrames(converter.toHtml(`${prefix}x`));
  shapes.set(prefix, shape);
  return shape;
}

/** True colour is set through the DOM (React's `style`), which a strict CSP allows. */
function exactColours({ fg, bg, inverse }: Look): CSSProperties | undefined {
  const [text, ground] = inverse ? [bg, fg] : [fg, bg];
  const style: CSSProperties = {};
  if (typeof text === 'string') style.color = text;
  if (typeof ground === 'string') style.backgroundColor = ground;
  return text === null || typeof text === 'number' ? (typeof ground === 'string' ? style : undefined) : style;
}

/** Inverse of the theme's own colours cannot be named by a number. */
const inverseClass = ({ fg, bg }: Look): string =>
  [fg === null ? 'a-inv-bg' : '', bg === null ? 'a-inv-fg' : ''].join(' ').trim();

const token =
  /<(\/?)(span|b|i|u|strike)(?: style="([a-z-]+):(c\d{1,3})")?>|&(#x[0-9a-f]+|#\d+|[a-z]+);|[^<&]+|[<&]/gi;
const elements = { b: 'a-b', i: 'a-i', u: 'a-u', strike: 'a-s' } as const;
const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

interface Frame {
  className: string;
  children: (string | Frame)[];
}

/** Markup of exactly five elements and two properties becomes nodes; anything else stays text. Exported for its test. */
export const toNodes = (html: string): ReactNode[] => toFrames(html).map((node, key) => toNode(node, key));

function toFrames(html: string): (string | Frame)[] {
  const root: Frame = { className: '', children: [] };
  const stack: Frame[] = [root];
  const close = () => {
    const frame = stack.pop();
    if (frame) stack.at(-1)?.children.push(merged(frame));
  };
  const write = (text: string) => {
    const children = stack.at(-1)?.children ?? [];
    const last = children.length - 1;
    if (typeof children[last] === 'string') children[last] += text;
    else children.push(text);
  };
  for (const [all, slash, name, property, colour, entity] of html.matchAll(token)) {
    if (entity) write(decode(entity) ?? all);
    else if (!name) write(all);
    else if (slash) {
      if (stack.length > 1) close();
    } else stack.push({ className: classOf(name.toLowerCase(), property, colour), children: [] });
  }
  while (stack.length > 1) close();
  return root.children;
}

/** Bold and red is one element, not two: a screenful of colours has to stay small. A ground stays around its text. */
function merged(frame: Frame): Frame {
  const [only] = frame.children;
  if (frame.children.length !== 1 || only === undefined || typeof only === 'string') return frame;
  if (frame.className.startsWith('g')) return frame;
  return { className: `${frame.className} ${only.className}`.trim(), children: only.children };
}

/** `text` stands in place of what is written in it. */
const toNode = (node: string | Frame, key: number, text?: string): ReactNode =>
  typeof node === 'string' ? (
    (text ?? node)
  ) : (
    <span key={key} className={node.className || undefined}>
      {node.children.map((child, at) => toNode(child, at, text))}
    </span>
  );

function classOf(name: string, property: string | undefined, colour: string | undefined): string {
  if (name !== 'span') return elements[name as keyof typeof elements];
  if (property === 'color') return `f${colour?.slice(1)}`;
  if (property === 'background-color') return `g${colour?.slice(1)}`;
  return '';
}

function decode(entity: string): string | undefined {
  if (!entity.startsWith('#')) return named[entity.toLowerCase()];
  const code =
    entity[1]?.toLowerCase() === 'x'
      ? Number.parseInt(entity.slice(2), 16)
      : Number.parseInt(entity.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
