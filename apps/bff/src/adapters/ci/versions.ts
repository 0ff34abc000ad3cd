import { Failure } from '../../domain/failure.ts';

/** Major and minor; what has no number (`next-…`, `dev`) counts as newer than all. */
export type Version = readonly [major: number, minor: number];

export function versionOf(text: string | null): Version {
  const [, major, minor] = /^v?(\d{1,4})\.(\d{1,4})/.exec(text ?? '') ?? [];
  return major === undefined ? [Number.POSITIVE_INFINITY, 0] : [Number(major), Number(minor)];
}

export const isAtLeast = ([major, minor]: Version, wantedMajor: number, wantedMinor: number): boolean =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);

/**
 * For a server of another generation than its configured kind speaks to. Each of them answers most of the other's calls
 * with its own web page, so that nothing else would say what is wrong.
 */
export const otherKind = (instance: string, told: string, kind: string): Failure =>
  new Failure('ci_answer_unreadable', `"${instance}" is of version ${told}: its kind is "${kind}".`, {
    instance,
    raw: `version ${told}: kind "${kind}" is for it`,
  });
