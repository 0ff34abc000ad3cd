/**
 * Which colours and styles are in force where a line begins. SGR (`ESC[…m`) is the only escape that outlives a line
 * on a page that shows lines one by one; everything else is ignored here.
 */

/** Parameters to re-establish a state, joined by `;` in a fixed order. '' = nothing in force. */
export type Carry = string;

/** Slots in the order they are written. A state holds for each the parameters that switch it on, '' for none. */
const BOLD = 0;
const DIM = 1;
const ITALIC = 2;
const UNDERLINE = 3;
const BLINK = 4;
const INVERSE = 5;
const HIDDEN = 6;
const STRIKE = 7;
const FOREGROUND = 8;
const BACKGROUND = 9;
const SLOTS = 10;
type State = string[];

const switchedOn: Readonly<Record<number, number>> = {
  ...{ 1: BOLD, 2: DIM, 3: ITALIC, 4: UNDERLINE, 5: BLINK, 6: BLINK, 7: INVERSE, 8: HIDDEN, 9: STRIKE },
  21: UNDERLINE,
};
const switchedOff: Readonly<Record<number, readonly number[]>> = {
  ...{ 22: [BOLD, DIM], 23: [ITALIC], 24: [UNDERLINE], 25: [BLINK], 27: [INVERSE], 28: [HIDDEN] },
  ...{ 29: [STRIKE], 39: [FOREGROUND], 49: [BACKGROUND] },
};

/** CSI with SGR parameters, 7 and 8 bit form; `ESC c` (full reset). Private forms (`ESC[?…m`, `ESC[>…m`) do not match. */
const sgr = /(?:\u001b\[|\u009b)([0-9;:]*)m|\u001bc/g;

/** The state after `text`, one line or many, when `carry` was in force at its beginning. Linear in its length. */
export function carryAfter(carry: Carry, text: string): Carry {
  const reset = Math.max(text.lastIndexOf('\u001b[0m'), text.lastIndexOf('\u001b[m'));
  // What was in force before the last reset does not matter.
  return reset < 0 ? carryFrom(carry, text) : carryFrom('', text.slice(reset + 3));
}

/** Characters worked on before others get their turn. */
const A_TURN = 256 * 1024;

/** The same for a line of any length, without holding up the thread. */
export async function carryAfterLong(carry: Carry, text: string): Promise<Carry> {
  let state = carry;
  for (let from = 0; from < text.length; ) {
    // No sequence has an ESC inside.
    const next = text.length - from > A_TURN ? text.indexOf('\u001b', from + A_TURN) : -1;
    const to = next < 0 ? text.length : next;
    state = carryAfter(state, text.slice(from, to));
    from = to;
    if (from < text.length) await new Promise((resolve) => setImmediate(resolve));
  }
  return state;
}

function carryFrom(carry: Carry, text: string): Carry {
  if (!text.includes('\u001b') && !text.includes('\u009b')) return carry;
  let state: State | null = null;
  for (const match of text.matchAll(sgr)) {
    state ??= parse(carry);
    if (match[1] === undefined) state.fill('');
    else apply(state, match[1]);
  }
  return state ? write(state) : carry;
}

const write = (state: State): Carry => state.filter((text) => text !== '').join(';');

function parse(carry: Carry): State {
  const state = new Array<string>(SLOTS).fill('');
  if (carry !== '') apply(state, carry);
  return state;
}

function apply(state: State, parameters: string): void {
  // One code is what most sequences are.
  if (parameters.length <= 3 && !parameters.includes(';') && !parameters.includes(':')) {
    applyCode(state, Number(parameters));
    return;
  }
  const list = parameters.split(';');
  for (let at = 0; at < list.length; at++) {
    const parameter = list[at] ?? '';
    if (parameter.includes(':')) {
      applyColons(state, parameter.split(':'));
      continue;
    }
    const code = parameter === '' ? 0 : Number(parameter);
    if (code === 38 || code === 48 || code === 58) at += applyExtended(state, code, list, at + 1);
    else applyCode(state, code);
  }
}

function applyCode(state: State, code: number): void {
  const on = switchedOn[code];
  if (code === 0) state.fill('');
  else if (on !== undefined) state[on] = String(code);
  else if (switchedOff[code]) for (const slot of switchedOff[code]) state[slot] = '';
  else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) state[FOREGROUND] = String(code);
  else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) state[BACKGROUND] = String(code);
}

/**
 * `38;5;n` and `38;2;r;g;b`, from `at` on. Returns how many parameters belonged to it. A form that breaks off changes
 * nothing. The list is never copied: one sequence may be as long as a line, and nothing but such forms.
 */
function applyExtended(state: State, code: number, list: readonly string[], at: number): number {
  if (list[at] === '5') {
    setColour(state, code, [5, list[at + 1]]);
    return 2;
  }
  if (list[at] === '2') {
    setColour(state, code, [2, list[at + 1], list[at + 2], list[at + 3]]);
    return 4;
  }
  return 1;
}

/** `4:3`, `38:5:n`, `38:2:r:g:b` and `38:2:<colour space>:r:g:b`. */
function applyColons(state: State, parts: readonly string[]): void {
  const code = Number(parts[0]);
  if (code === 4) state[UNDERLINE] = parts[1] === '0' ? '' : '4';
  else if (parts[1] === '5') setColour(state, code, [5, parts[2]]);
  else if (parts[1] === '2')
    setColour(state, code, [2, ...(parts.length >= 6 ? parts.slice(3, 6) : parts.slice(2, 5))]);
}

function setColour(state: State, code: number, parts: readonly (string | number | undefined)[]): void {
  const numbers = parts.map((part) => (part === undefined ? Number.NaN : Number(part)));
  if ((parts[0] === 2 && parts.length !== 4) || numbers.some((n) => !(n >= 0 && n <= 255))) return;
  // 58 is the underline's own colour: its parameters are swallowed, it is not carried.
  if (code === 38) state[FOREGROUND] = `38;${numbers.join(';')}`;
  if (code === 48) state[BACKGROUND] = `48;${numbers.join(';')}`;
}
