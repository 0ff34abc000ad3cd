import { signOf, UNSEEN } from '@flightdeck/api-client/model';
import { applySgr, type Look, plain, sameLook } from './sgr.ts';

/** Characters of one look in a line. `href` only ever holds an http(s) address. */
export interface Run {
  text: string;
  look: Look;
  href: string | null;
}

/** A line with more changes of look than this is shown in one look from there on: sixty such rows must not freeze a page. */
const MAX_RUNS = 500;
/** Characters of one line that are laid out; the rest is in the download, and the row says so. */
export const MAX_COLUMNS = 20_000;

/** Cells that jumps and erasing may fill in one line: a few bytes ask for 20,000 of them, again and again. */
const MAX_FILLED = 10 * MAX_COLUMNS;
const blank: Cell = { char: ' ', look: plain, href: null };

interface Cell {
  char: string;
  look: Look;
  href: string | null;
}

const ESC = '\u001b';
const bell = '\u0007';

/**
 * A printed line as a terminal leaves it: colours carried in and applied, `\r` and backspace overwrite, erase-in-line
 * obeyed, OSC 8 links kept when http(s), every other escape sequence and control character removed. What is invisible or
 * turns text around becomes a visible mark: it could make a line read as what it is not.
 */
export function lineRuns(text: string, carry: string): { runs: Run[]; cut: boolean } {
  let look = carry === '' ? plain : applySgr(plain, carry);
  if (isSimple(text)) {
    const cut = text.length > MAX_COLUMNS;
    const shown = cut ? text.slice(0, MAX_COLUMNS) : text;
    return { runs: shown === '' ? [] : [{ text: shown, look, href: null }], cut };
  }
  const cells: Cell[] = [];
  let column = 0;
  let href: string | null = null;
  let cut = false;
  let filled = 0;

  for (let i = 0; i < text.length; ) {
    const char = text.charAt(i);
    if (char === ESC || char === '\u009b') {
      const sequence = readSequence(text, i);
      i += sequence.length;
      if (sequence.kind === 'sgr') look = applySgr(look, sequence.body);
      else if (sequence.kind === 'link') href = safeLink(sequence.body);
      else if (sequence.kind === 'erase') {
        if (filled < MAX_FILLED) filled += eraseInLine(cells, column, sequence.body);
      } else if (sequence.kind === 'column')
        column = Math.min((Number.parseInt(sequence.body, 10) || 1) - 1, MAX_COLUMNS);
      continue;
    }
    if (char === '\r') {
      column = 0;
      i += 1;
      continue;
    }
    if (char === '\b') {
      column = Math.max(0, column - 1);
      i += 1;
      continue;
    }
    const point = String.fromCodePoint(text.codePointAt(i) ?? 0);
    i += point.length;
    const shown = visible(point);
    if (shown === '') continue;
    if (column >= MAX_COLUMNS) {
      cut = true;
      continue;
    }
    if (filled > MAX_FILLED) column = Math.min(column, cells.length);
    filled += Math.max(0, column - cells.length);
    while (cells.length < column) cells.push(blank);
    cells[column] = { char: shown, look, href };
    column += 1;
  }
  return { runs: group(cells), cut };
}

/** Nothing in the line but characters that stand for themselves. */
const isSimple = (text: string): boolean => !special.test(text);

const unseen = new RegExp(UNSEEN, 'u');
const special = new RegExp(`[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]|${UNSEEN}`, 'u');

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code === 9) return char;
  if (code < 32 || (code >= 127 && code < 160)) return '';
  if (code < 0xad) return char;
  return unseen.test(char) ? signOf(char) : char;
}

interface Sequence {
  kind: 'sgr' | 'link' | 'erase' | 'column' | 'other';
  body: string;
  length: number;
}

const csi = /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~]|$)/y;
const strings = /\u001b[\]PX^_]/y;
const short = /\u001b[ -/]*[0-~]/y;

/** What a pattern (sticky) finds at a place. */
function at(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

/**
 * One escape sequence from `start`, as the server reads it too (`strip-escapes.ts`). Of a string that never ends only the
 * introducer goes, of an ESC before something that is no sequence the ESC: no text is swallowed.
 */
function readSequence(text: string, start: number): Sequence {
  const control = at(csi, text, start);
  if (control) {
    const [{ length }, body = '', final] = control;
    if (final === 'm' && /^[0-9;:]*$/.test(body)) return { kind: 'sgr', body, length };
    if (final === 'K') return { kind: 'erase', body, length };
    if (final === 'G') return { kind: 'column', body, length };
    return { kind: 'other', body, length };
  }
  if (at(strings, text, start)) {
    const end = endOfString(text, start + 2);
    if (!end) return { kind: 'other', body: '', length: 2 };
    const body = text.slice(start + 2, end.at);
    if (text.charAt(start + 1) === ']' && body.startsWith('8;'))
      return { kind: 'link', body: body.slice(body.indexOf(';', 2) + 1), length: end.after - start };
    return { kind: 'other', body, length: end.after - start };
  }
  return { kind: 'other', body: '', length: at(short, text, start)?.[0].length ?? 1 };
}

function endOfString(text: string, from: number): { at: number; after: number } | null {
  // A title or link is short; looking further would let one stray byte hide a line.
  const limit = Math.min(text.length, from + 4_096);
  for (let i = from; i < limit; i += 1) {
    const char = text.charAt(i);
    if (char === bell || char === '\u009c') return { at: i, after: i + 1 };
    // Any other sequence ends it too: a line of nothing but beginnings must not be read again for each of them.
    if (char === ESC) return text.charAt(i + 1) === '\\' ? { at: i, after: i + 2 } : null;
  }
  return null;
}

function safeLink(target: string): string | null {
  if (target === '' || target.length > 2_048) return null;
  try {
    const url = new URL(target);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** How many cells it had to write. */
function eraseInLine(cells: Cell[], column: number, mode: string): number {
  if (mode === '' || mode === '0') cells.length = Math.min(cells.length, column);
  else if (mode === '2') cells.length = 0;
  else if (mode === '1') {
    const end = Math.min(column + 1, cells.length);
    cells.fill(blank, 0, end);
    return end;
  }
  return 0;
}

function group(cells: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last && (runs.length >= MAX_RUNS || (last.href === cell.href && sameLook(last.look, cell.look))))
      last.text += cell.char;
    else runs.push({ text: cell.char, look: cell.look, href: cell.href });
  }
  return runs;
}

/** What a person reads in the line, without looks: for search marks, copying and screen readers. */
export const lineText = (text: string): string =>
  lineRuns(text, '')
    .runs.map((run) => run.text)
    .join('');
