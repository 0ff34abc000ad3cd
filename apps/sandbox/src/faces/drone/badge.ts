import type { BuildStatus } from '../../world/model.ts';

/** Text, colour and width of the right half, as the server draws them. */
function look(status: BuildStatus | undefined): { text: string; colour: string; width: number } {
  switch (status) {
    case undefined:
      return { text: 'none', colour: '#9f9f9f', width: 38 };
    case 'success':
      return { text: 'success', colour: '#4c1', width: 54 };
    case 'error':
      return { text: 'error', colour: '#9f9f9f', width: 40 };
    case 'pending':
    case 'running':
    case 'blocked':
    case 'waiting_on_dependencies':
      return { text: 'started', colour: '#dfb317', width: 50 };
    default:
      return { text: 'failure', colour: '#e05d44', width: 48 };
  }
}

export function badge(status: BuildStatus | undefined): string {
  const { text, colour, width } = look(status);
  const total = 37 + width;
  const middle = 36 + width / 2;
  const box = (x: number, w: number, fill: string): string =>
    `<rect rx="3"${x === 0 ? '' : ` x="${x}"`} width="${w}" height="20" fill="${fill}"/>`;
  const words = (x: number, word: string): string =>
    `<text x="${x}" y="15" fill="#010101" fill-opacity=".3">${word}</text><text x="${x}" y="14">${word}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${total}" height="20">`,
    '<linearGradient id="a" x2="0" y2="100%"><stop offset="0" stop-color="#bbb" stop-opacity=".1"/>',
    '<stop offset="1" stop-opacity=".1"/></linearGradient>',
    box(0, total, '#555'),
    box(37, width, colour),
    `<path fill="${colour}" d="M37 0h4v20h-4z"/>`,
    box(0, total, 'url(#a)'),
    '<g fill="#fff" text-anchor="middle" font-family="DejaVu Sans,Verdana,Geneva,sans-serif" font-size="11">',
    words(19.5, 'build'),
    words(middle, text),
    '</g></svg>',
  ].join('');
}
