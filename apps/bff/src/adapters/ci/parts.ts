import type { BuildHead, Platform } from '@flightdeck/api-client/model';
import type { CiRepository } from '../../ports/ci-server.ts';

const lastSecond = 8_640_000_000_000;
/** Unix seconds, 0 = not set. What no calendar reaches is not set either. */
export const instant = (seconds: number): number | null =>
  seconds > 0 && seconds <= lastSecond ? seconds * 1000 : null;

export const orNull = (word: string): string | null => (word === '' ? null : word);

export const firstLine = (text: string): string => text.trimStart().split(/\r?\n/, 1)[0]?.trimEnd() ?? '';

/** A word of the server's in one of our lists. */
export const wordIn = <T>(list: Readonly<Record<string, T>>, word: string): T | null =>
  (Object.hasOwn(list, word) ? list[word] : null) ?? null;

/** What a ref says of itself; the forges' ways to number pull requests are the same on every CI server. */
export function refFacts(ref: string): Pick<BuildHead, 'pullRequest' | 'tag'> {
  const number = /^refs\/(?:pull|pull-requests|merge-requests)\/(\d{1,10})\//.exec(ref)?.[1];
  return { pullRequest: Number(number ?? 0) || null, tag: /^refs\/tags\/(.+)$/.exec(ref)?.[1] ?? null };
}

export const pictureOf = (address: string): string | null => (/^https?:\/\//.test(address) ? address : null);

/** What is named in a change and what the server has a key for. */
export const named = (body: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null));

/** `linux/arm64`, as runners and labels spell it. */
export function platformOf(text: string): Platform | null {
  const [os = '', arch = '', variant = ''] = text.split('/');
  return os === '' || arch === '' ? null : { os, arch, variant: orNull(variant), kernel: null };
}

/** A word we do not know, and none, count as the strictest. */
export const visibilityOf = (word: string): CiRepository['visibility'] =>
  word === 'public' || word === 'internal' ? word : 'private';

/** A switch that the server has the other way round; one that is not named stays so. */
export const inverse = (value: boolean | null | undefined): boolean | undefined =>
  typeof value === 'boolean' ? !value : undefined;
