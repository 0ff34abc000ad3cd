/** Lines named by an address: positions of the server, both ends included. */
export interface LineRange {
  from: number;
  to: number;
}

/** `#p120`, `#p120-p140`; `#L12`, `#L12-L20` are line numbers, accepted for people who type them. */
export function parseHash(hash: string): { by: 'pos' | 'line'; range: LineRange } | null {
  const match = /^#?([pL])(\d{1,9})(?:-([pL])?(\d{1,9}))?$/.exec(hash);
  if (!match) return null;
  const first = Number(match[2]);
  const last = match[4] === undefined ? first : Number(match[4]);
  return {
    by: match[1] === 'p' ? 'pos' : 'line',
    range: { from: Math.min(first, last), to: Math.max(first, last) },
  };
}

export const toHash = ({ from, to }: LineRange): string => (from === to ? `p${from}` : `p${from}-p${to}`);
