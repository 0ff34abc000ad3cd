/** Major and minor; what has no number (`next-…`, `dev`) counts as newer than all. */
export type Version = readonly [major: number, minor: number];

export function versionOf(text: string | null): Version {
  const [, major, minor] = /^v?(\d{1,4})\.(\d{1,4})/.exec(text ?? '') ?? [];
  return major === undefined ? [Number.POSITIVE_INFINITY, 0] : [Number(major), Number(minor)];
}

export const isAtLeast = ([major, minor]: Version, wantedMajor: number, wantedMinor: number): boolean =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
