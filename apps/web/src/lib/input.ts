import { INPUT_HEADER } from '@flightdeck/api-client/contract';

let touched = false;
for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const) {
  window.addEventListener(
    kind,
    () => {
      touched = true;
    },
    { capture: true, passive: true },
  );
}

/**
 * Goes with the first call after the person touched the page. A session idles out after hours without it: a page that
 * only polls by itself must not keep it alive, one that somebody reads must.
 */
export function inputHeader(): Record<string, string> {
  if (!touched) return {};
  touched = false;
  return { [INPUT_HEADER]: '1' };
}
