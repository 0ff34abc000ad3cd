import type { Dictionary } from '../caller.ts';

/** Drone's own texts, by which alone some cases differ (2.25.0; the duplicate's text is the database's). */
export const dictionary: Dictionary = (raw, status) => {
  if (status === 500 && /optimistic lock/i.test(raw)) {
    return { code: 'conflict', message: 'It changed at the same moment.' };
  }
  if (status === 500 && /unique constraint|duplicate (key|entry)/i.test(raw)) {
    // Of a build's number it is two builds that started at once.
    return /secret/i.test(raw)
      ? { code: 'already_exists', message: 'There is one of that name.' }
      : { code: 'conflict', message: 'Another one was made at the same moment.' };
  }
  if (status === 400 && /cannot (approve|decline)\b/i.test(raw)) {
    return { code: 'not_waiting', message: 'It does not wait for approval.' };
  }
  if (status === 400 && /invalid secret name/i.test(raw)) {
    const fields = { name: 'refused' };
    return { code: 'invalid', message: 'The server does not take that name.', fields };
  }
  if (status === 400 && /invalid secret value/i.test(raw)) {
    const fields = { value: 'refused' };
    return { code: 'invalid', message: 'The server does not take that value.', fields };
  }
  return null;
};
