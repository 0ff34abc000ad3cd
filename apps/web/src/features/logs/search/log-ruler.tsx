import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import { useMemo, useSyncExternalStore } from 'react';
import type { RowLayout } from '../scroll/row-layout.ts';
import type { Viewport } from '../scroll/viewport.ts';
import type { Found } from './found.ts';

const HIGH = 1_000;

interface LogRulerProps {
  found: Found | null;
  /** First line that looks like an error. */
  error: number | null;
  current: number | null;
  layout: RowLayout;
  viewport: Viewport;
}

/** Where hits, the first error and what is in view lie in the whole log. Drawn as few paths, however many hits there are. */
export function LogRuler({ found, error, current, layout, viewport }: LogRulerProps) {
  const hits = useMemo(() => pathOf(found, layout), [found, layout]);
  // Where all lines are in view the map is as high as they are: a mark stands beside its line.
  const high = useSyncExternalStore(viewport.subscribe, () => {
    const { total } = viewport.heights;
    return total < viewport.view ? total : null;
  });
  if (layout.count === 0 || (hits === '' && error === null)) return null;
  const at = (line: number) => `M1 ${placeOf(line, layout)}h10`;
  return (
    <svg
      className="log-ruler"
      data-short={high !== null || undefined}
      viewBox={`0 0 12 ${HIGH}`}
      preserveAspectRatio="none"
      width="12"
      height={high ?? '100%'}
      aria-hidden="true"
    >
      <Window viewport={viewport} />
      {hits !== '' && <path className="log-ruler-hit" d={hits} />}
      {error !== null && <path className="log-ruler-error" d={at(error)} />}
      {current !== null && <path className="log-ruler-now" d={at(current)} />}
    </svg>
  );
}

function Window({ viewport }: { viewport: Viewport }) {
  useSyncExternalStore(viewport.subscribe, viewport.getVersion);
  const { total } = viewport.heights;
  if (total <= viewport.view) return null;
  const high = Math.max(6, (viewport.view / total) * HIGH);
  const y = (viewport.top / (total - viewport.view)) * (HIGH - high);
  return <rect className="log-ruler-view" x="0" y={y} width="12" height={high} />;
}

const placeOf = (line: number, layout: RowLayout): number =>
  Math.floor((layout.rowOf(line) / Math.max(1, layout.count)) * HIGH);

/** One stroke per thousandth of the height. Beyond the lines that are known one by one a whole chunk counts as its first. */
function pathOf(found: Found | null, layout: RowLayout): string {
  if (!found) return '';
  const places = new Set(found.lines.map((line) => placeOf(line, layout)));
  if (found.lines.length < found.total) {
    const known = Math.floor((found.lines.at(-1) ?? -1) / LOG_CHUNK_LINES);
    for (const [chunk] of found.counts)
      if (chunk > known) places.add(placeOf(chunk * LOG_CHUNK_LINES, layout));
  }
  return [...places].map((place) => `M2 ${place}h8`).join('');
}
