import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useShownTitle } from '../lib/title.ts';
import { placeOf } from './paths.ts';

/**
 * What a browser does when it loads a page, for pages that come without loading: the focus goes to the content, and who
 * cannot see the page hears its title. Within one place (steps of a build, filters) the focus stays where it is.
 */
export function Arrival() {
  const place = useLocation({ select: (location) => placeOf(location.pathname) });
  const title = useShownTitle();
  const before = useRef(place);
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    setMoved(true);
    const content = document.getElementById('content');
    const focused = document.activeElement;
    // A field that the new page has put the focus in keeps it.
    if (focused instanceof HTMLInputElement && content?.contains(focused)) return;
    content?.focus({ preventScroll: true });
  }, [place]);
  return (
    <p className="sr-only" aria-live="polite">
      {moved ? title : ''}
    </p>
  );
}
