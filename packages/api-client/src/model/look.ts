/** Colour of text or ground: one of 256 by number, exact (`#rrggbb`), or the theme's own (null). */
export type Colour = number | `#${string}` | null;

/** What a run of characters looks like. */
export interface Look {
  fg: Colour;
  bg: Colour;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
  inverse: boolean;
  hidden: boolean;
}

export const plainLook: Look = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
  hidden: false,
};

/**
 * The look after an SGR sequence. `parameters` is what stands between `ESC[` and `m`: `1;38;5;208`, also with colons
 * (`38:2::255:0:0`). Unknown codes change nothing; a broken colour eats only itself.
 */
export function applySgr(look: Look, parameters: string): Look {
  const next = { ...look };
  const groups = parameters.split(';');
  for (let i = 0; i < groups.length; i += 1) {
    const group = groups[i] ?? '';
    if (group.includes(':')) {
      applyColonForm(next, group);
      continue;
    }
    const code = group === '' ? 0 : Number(group);
    if (code === 38 || code === 48) {
      const { colour, used } = readColour(groups, i + 1);
      i += used;
      if (colour === undefined) continue;
      if (code === 38) next.fg = colour;
      else next.bg = colour;
    } else applyCode(next, code);
  }
  return next;
}

function applyCode(look: Look, code: number): void {
  if (code === 0) Object.assign(look, plainLook);
  else if (code === 1) look.bold = true;
  else if (code === 2) look.dim = true;
  else if (code === 3) look.italic = true;
  else if (code === 4 || code === 21) look.underline = true;
  else if (code === 7) look.inverse = true;
  else if (code === 8) look.hidden = true;
  else if (code === 9) look.strike = true;
  else if (code === 22) Object.assign(look, { bold: false, dim: false });
  else if (code === 23) look.italic = false;
  else if (code === 24) look.underline = false;
  else if (code === 27) look.inverse = false;
  else if (code === 28) look.hidden = false;
  else if (code === 29) look.strike = false;
  else if (code >= 30 && code <= 37) look.fg = code - 30;
  else if (code === 39) look.fg = null;
  else if (code >= 40 && code <= 47) look.bg = code - 40;
  else if (code === 49) look.bg = null;
  else if (code >= 90 && code <= 97) look.fg = code - 90 + 8;
  else if (code >= 100 && code <= 107) look.bg = code - 100 + 8;
}

/** `5;n` or `2;r;g;b` from `at` on, after 38 or 48. `used`: how many groups belong to it. */
function readColour(groups: readonly string[], at: number): { colour: Colour | undefined; used: number } {
  if (groups[at] === '5') return { colour: byte(groups[at + 1]), used: 2 };
  if (groups[at] === '2') return { colour: exact(groups[at + 1], groups[at + 2], groups[at + 3]), used: 4 };
  return { colour: undefined, used: groups[at] === undefined ? 0 : 1 };
}

/** `38:5:n`, `38:2:r:g:b` and `38:2:<space>:r:g:b`; `4:0` ends an underline, `4:3` is a curly one. */
function applyColonForm(look: Look, group: string): void {
  const parts = group.split(':');
  if (parts[0] === '4') look.underline = parts[1] !== '0';
  if (parts[0] !== '38' && parts[0] !== '48') return;
  const rgb = parts.slice(parts.length >= 6 ? 3 : 2);
  const colour =
    parts[1] === '5' ? byte(parts[2]) : parts[1] === '2' ? exact(rgb[0], rgb[1], rgb[2]) : undefined;
  if (colour === undefined) return;
  if (parts[0] === '38') look.fg = colour;
  else look.bg = colour;
}

function byte(text: string | undefined): number | undefined {
  const value = Number(text === '' ? 0 : text);
  return Number.isInteger(value) && value >= 0 && value <= 255 ? value : undefined;
}

function exact(r: string | undefined, g: string | undefined, b: string | undefined): Colour | undefined {
  const parts = [byte(r ?? '0'), byte(g ?? '0'), byte(b ?? '0')];
  if (parts.some((part) => part === undefined)) return undefined;
  return `#${parts.map((part) => (part ?? 0).toString(16).padStart(2, '0')).join('')}`;
}

export const isPlainLook = (look: Look): boolean =>
  (Object.keys(plainLook) as (keyof Look)[]).every((key) => look[key] === plainLook[key]);
export const sameLook = (a: Look, b: Look): boolean =>
  a === b || (Object.keys(plainLook) as (keyof Look)[]).every((key) => a[key] === b[key]);
