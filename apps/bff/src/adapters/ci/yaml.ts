import type { Unreadable } from '@flightdeck/api-client/model';
import { parseDocument } from 'yaml';

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
/** One word or a list of them. */
export const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
    .map(text)
    .filter((item) => item !== '');

/** What a file of one document says, or why it cannot be read. */
type Parsed = { workflow: Fields; fault: null } | { workflow: null; fault: Fault };
interface Fault {
  unreadable: Unreadable;
  raw: string | null;
}

const without = (unreadable: Unreadable, raw: string | null = null): Parsed => ({
  workflow: null,
  fault: { unreadable, raw },
});

/** Reading YAML takes long, and whoever can push decides how long the file is. */
const MOST_BYTES = 256 * 1024;
const KEEP = 60;
const kept = new Map<string, Parsed>();

export function readMapping(source: string): Parsed {
  if (Buffer.byteLength(source) > MOST_BYTES) {
    return without('too-large', `> ${MOST_BYTES / 1024} KiB`);
  }
  const known = kept.get(source);
  if (known) return known;
  const parsed = parse(source);
  kept.set(source, parsed);
  if (kept.size > KEEP) kept.delete(kept.keys().next().value ?? '');
  return parsed;
}

function parse(source: string): Parsed {
  try {
    const document = parseDocument(source, { merge: true, logLevel: 'silent' });
    const error = document.errors[0];
    if (error) return without('broken', error.message.split('\n')[0] ?? null);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return isFields(value) ? { workflow: value, fault: null } : without('no-pipeline');
  } catch (error) {
    // Aliases that multiply, or nesting that no stack can hold.
    return without('broken', error instanceof Error ? error.message : String(error));
  }
}

/** Steps in order; older files name them by keys (`steps: {build: {…}}`, or `pipeline:`). */
export function stepsOf(workflow: Fields): Fields[] {
  const steps = workflow.steps ?? workflow.pipeline;
  if (Array.isArray(steps)) return steps.filter(isFields);
  if (!isFields(steps)) return [];
  return Object.entries(steps).flatMap(([name, step]) => (isFields(step) ? [{ name, ...step }] : []));
}
