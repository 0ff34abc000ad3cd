import { useEffect, useRef, useState } from 'react';

interface Submit {
  busy: boolean;
  error: unknown;
  /** Runs once at a time; answers whether it succeeded. */
  run: (send: () => Promise<unknown>) => Promise<boolean>;
}

/**
 * Sends a form that carries a secret. Unlike a mutation of the query library it keeps nothing of what was sent: not in
 * a cache, not in a state.
 */
export function useSubmit(): Submit {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const running = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const set = (busy: boolean, error: unknown) => {
    if (mounted.current) setState({ busy, error });
  };
  const run = async (send: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    set(true, null);
    try {
      await send();
      set(false, null);
      return true;
    } catch (error) {
      set(false, error);
      return false;
    } finally {
      running.current = false;
    }
  };
  return { ...state, run };
}
