import type { Settings } from '@flightdeck/api-client/model';

export type FieldName = keyof Settings;
export type Draft = Partial<Record<FieldName, string | boolean>>;

export const groups = {
  who: ['visibility'],
  builds: [
    'pipelineFile',
    'protected',
    'approvals',
    'promotions',
    'ignoreForks',
    'ignorePullRequests',
    'ignorePushes',
    'ignoreTags',
    'ignoreDeployments',
    'cancelPullRequests',
    'cancelPushes',
    'cancelRunning',
  ],
  limits: [
    'timeoutMinutes',
    'concurrentBuilds',
    'buildCounter',
    'trusted',
    'trustedNetwork',
    'trustedVolumes',
    'trustedSecurity',
  ],
} as const satisfies Record<string, readonly FieldName[]>;

export type NumberField = 'timeoutMinutes' | 'concurrentBuilds' | 'buildCounter';
const lowest: Record<NumberField, number> = { timeoutMinutes: 1, concurrentBuilds: 0, buildCounter: 0 };
export const isNumberField = (field: FieldName): field is NumberField => field in lowest;

export type Faulty = NumberField | 'pipelineFile';

/**
 * What to send of a draft: the fields that differ from what the server holds. `faults`: fields whose text is no value.
 */
export function readDraft(draft: Draft, held: Settings): { change: Partial<Settings>; faults: Set<Faulty> } {
  const change: Partial<Record<FieldName, unknown>> = {};
  const faults = new Set<Faulty>();
  for (const [key, typed] of Object.entries(draft)) {
    const field = key as FieldName;
    let value: unknown = typed;
    if (isNumberField(field)) {
      const number = /^\d{1,9}$/.test(String(typed).trim()) ? Number(typed) : Number.NaN;
      if (!(number >= lowest[field])) {
        faults.add(field);
        continue;
      }
      value = number;
    } else if (field === 'pipelineFile') {
      value = String(typed).trim();
      if (value === '') {
        faults.add(field);
        continue;
      }
    }
    if (value !== held[field]) change[field] = value;
  }
  return { change: change as Partial<Settings>, faults };
}
