import type { Dictionary } from '../caller.ts';

/** Woodpecker's own texts, by which alone some cases differ (3.17.0). Errors are text or empty, never JSON. */
export const dictionary: Dictionary = (raw, status) => {
  if (status === 500 && /duplicate|unique constraint failed/i.test(raw)) {
    return { code: 'already_exists', message: 'There is one of that name.' };
  }
  if (status === 400 && /cannot (approve|decline) a pipeline/i.test(raw)) {
    return { code: 'not_waiting', message: 'It does not wait for approval.' };
  }
  if (status === 400 && /blocked/i.test(raw) && !/cannot cancel/i.test(raw)) {
    return { code: 'awaiting_approval', message: 'It waits for approval: it cannot be started again.' };
  }
  if (status === 422 && /secret name/i.test(raw)) {
    const fields = { name: 'refused' };
    return { code: 'invalid', message: 'The server does not take that name.', fields };
  }
  if (status === 422 && /secret value/i.test(raw)) {
    const fields = { value: 'refused' };
    return { code: 'invalid', message: 'The server does not take that value.', fields };
  }
  return null;
};
