import type { WpRepo, WpStatus } from '../../woodpecker/model.ts';
import type { WpState } from '../../woodpecker/state.ts';

const words: Partial<Record<WpStatus, [text: string, colour: string]>> = {
  success: ['success', '#44cc11'],
  failure: ['failure', '#e05d44'],
  running: ['started', '#dfb317'],
  pending: ['started', '#dfb317'],
  error: ['error', '#9f9f9f'],
  killed: ['error', '#9f9f9f'],
};

/** Of the branch's newest push that is not held for approval; `none` also where it was declined. */
export function badgeText(state: WpState, repo: WpRepo, branch: string | null): string {
  const wanted = branch || repo.defaultBranch;
  const newest = state
    .pipelinesOf(repo.id)
    .find((one) => one.event === 'push' && one.branch === wanted && one.status !== 'blocked');
  const [text, colour] = words[newest?.status ?? 'skipped'] ?? ['none', '#9f9f9f'];
  const width = Math.round(text.length * 5.5) + 11;
  const all = 49 + width;
  const middle = 49 + (width - 2) / 2;
  const label = (x: number, y: number, word: string, more = '') =>
    `<text x="${x}" y="${y}"${more}>${word}</text>`;
  const shadow = ' fill="#010101" fill-opacity=".3"';
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${all}" height="20"><linearGradient id="smooth" x2="0" y2="100%"><stop offset="0" stop-color="#bbb" stop-opacity=".1"/><stop offset="1" stop-opacity=".1"/></linearGradient><mask id="round"><rect width="${all}" height="20" rx="3" fill="#fff"/></mask><g mask="url(#round)"><rect width="49" height="20" fill="#555"/><rect x="49" width="${width}" height="20" fill="${colour}"/><rect width="${all}" height="20" fill="url(#smooth)"/></g><g fill="#fff" text-anchor="middle" font-family="DejaVu Sans,Verdana,Geneva,sans-serif" font-size="11">${label(25.5, 15, 'pipeline', shadow)}${label(25.5, 14, 'pipeline')}${label(middle, 15, text, shadow)}${label(middle, 14, text)}</g></svg>`;
}
