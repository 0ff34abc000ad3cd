import { useLocation, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { withBase } from './page-facts.ts';

export type Search = Record<string, string | undefined>;

/** Query of an address as plain text both ways: `?branch=123` stays a branch and does not become a number. */
export const parseSearch = (text: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text));
export const stringifySearch = (search: Record<string, unknown>): string => {
  const entries = Object.entries(search).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const text = new URLSearchParams(entries).toString();
  return text === '' ? '' : `?${text}`;
};

/** Goes to an address below the base path. */
export function useGo(): (to: string, options?: { replace?: boolean; keepScroll?: boolean }) => void {
  const router = useRouter();
  return useCallback(
    (to, options = {}) => {
      void router.navigate({
        href: withBase(to),
        replace: options.replace ?? false,
        resetScroll: !options.keepScroll,
      });
    },
    [router],
  );
}

/** The query of the address, and a way to change parts of it without leaving the page (`undefined` or '' removes). */
export function useSearch(): [Search, (change: Search, options?: { replace?: boolean }) => void] {
  const router = useRouter();
  const search = useLocation({ select: (location) => location.search as Search });
  const change = useCallback(
    (part: Search, options: { replace?: boolean } = {}) => {
      const { pathname } = router.latestLocation;
      const next: Record<string, string> = {};
      for (const [key, value] of Object.entries({ ...(router.latestLocation.search as Search), ...part })) {
        if (value !== undefined && value !== '') next[key] = value;
      }
      void router.navigate({
        href: withBase(pathname + stringifySearch(next)),
        replace: options.replace ?? false,
        resetScroll: false,
      });
    },
    [router],
  );
  return [search, change];
}
