import type { Stage } from '@flightdeck/api-client/model';

/** A runner that was seen to take a stage. */
export interface Sight {
  runner: string;
  type: string;
  os: string;
  arch: string;
  labels: Readonly<Record<string, string>>;
  lastTakenAt: number;
}

/** Whether the evidence knows no runner for this stage: worth a look into the past. */
export const lacksRunner = (runners: readonly Sight[], stage: Stage): boolean =>
  stage.status === 'waiting' && stage.runner === null && !runners.some((one) => couldTake(one, stage));

/** Type, platform and labels must be equal; labels as a set, both ways. Unknown counts as equal. */
export function couldTake(sight: Sight, stage: Pick<Stage, 'type' | 'platform' | 'labels'>): boolean {
  const same = (a: string, b: string) => a === '' || b === '' || a === b;
  return (
    same(sight.type, stage.type) &&
    same(sight.os, stage.platform?.os ?? '') &&
    same(sight.arch, stage.platform?.arch ?? '') &&
    labelsKey(sight.labels) === labelsKey(stage.labels)
  );
}

/** Labels in one spelling, whatever their order. */
export function labelsKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** What a runner offers, in the words of its stages: `docker linux/amd64 gpu=yes`. */
export function nameOf(sight: Sight): string {
  const platform = [sight.os, sight.arch].filter((part) => part !== '').join('/');
  const labels = Object.entries(sight.labels).map(([name, value]) => `${name}=${value}`);
  return [sight.type, platform, ...labels.sort()].filter((part) => part !== '').join(' ');
}

/** Sightings as the store keeps them: labels in the spelling of `labelsKey`. */
export function sightsOf(stored: readonly (Omit<Sight, 'labels'> & { labels: string })[]): Sight[] {
  return stored.map((sight) => ({ ...sight, labels: readLabels(sight.labels) }));
}

function readLabels(text: string): Record<string, string> {
  try {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries)) return {};
    const isPair = (one: unknown): one is [string, string] =>
      Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === 'string');
    return Object.fromEntries(entries.filter(isPair));
  } catch {
    return {};
  }
}
