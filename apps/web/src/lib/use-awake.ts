import { useEffect, useState } from 'react';

/** A tab that is looked away from for a moment goes on as it was. */
const GRACE_MS = 10_000;

/** Whether somebody may be looking: off some seconds after the tab was hidden, on again as soon as it is shown. */
export function useAwake(): boolean {
  const [awake, setAwake] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') setAwake(true);
      else timer = setTimeout(() => setAwake(false), GRACE_MS);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return awake;
}
