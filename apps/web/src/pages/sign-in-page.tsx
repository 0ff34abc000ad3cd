import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { SignInPanel } from '../features/session/sign-in-panel.tsx';
import { useGo, useSearch } from '../lib/address.ts';
import { safeReturn } from '../lib/page-facts.ts';
import { viewerQuery } from '../lib/session.ts';

/** One button per forge; an error of the last attempt above it. Whoever is signed in already goes on at once. */
export function SignInPage() {
  const [search] = useSearch();
  const go = useGo();
  const viewer = useQuery({ ...viewerQuery(), retry: false });
  // Not `data`: of a person who was signed in a moment ago it is still there.
  const signedIn = viewer.isSuccess && !search.error;
  // As it was when the page came: the address changes while the next page is still being loaded.
  const [back] = useState(search.return);
  useEffect(() => {
    if (signedIn) go(safeReturn(back), { replace: true });
  }, [signedIn, back, go]);
  if (signedIn) return null;
  return <SignInPanel search={search} />;
}
