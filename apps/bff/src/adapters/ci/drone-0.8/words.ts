import type { Dictionary } from '../caller.ts';

/** The server's own texts, by which alone some cases differ (0.8.10). Errors are text or empty, never JSON. */
export const dictionary: Dictionary = (raw, status) => {
  // What is for administrators of the server alone.
  if (status === 413)
    return { code: 'forbidden', message: 'Only an administrator of the server may do this.' };
  if (status === 500 && /unique constraint|duplicate (key|entry)/i.test(raw)) {
    return /inserting (secret|registry)/i.test(raw)
      ? { code: 'already_exists', message: 'There is one of that name.' }
      : { code: 'conflict', message: 'Another one was made at the same moment.' };
  }
  if (status === 500 && /no rows in result set/i.test(raw)) {
    return { code: 'not_found', message: 'There is none of that name.' };
  }
  // An approval is refused with the word for a decline, too.
  if (status === 500 && /cannot (approve|decline) a build/i.test(raw)) {
    return { code: 'not_waiting', message: 'It does not wait for approval.' };
  }
  if (status === 500 && /cannot restart a build with status blocked/i.test(raw)) {
    return { code: 'awaiting_approval', message: 'It waits for approval: it cannot be started again.' };
  }
  if (status === 500 && /cannot restart a build with status/i.test(raw)) {
    return { code: 'conflict', message: 'It cannot be started again.' };
  }
  if (status === 400 && /invalid (secret name|registry address)/i.test(raw)) {
    const fields = { [/secret/i.test(raw) ? 'name' : 'host']: 'refused' };
    return { code: 'invalid', message: 'The server does not take that name.', fields };
  }
  if (status === 400 && /invalid (secret value|registry password)/i.test(raw)) {
    const fields = { [/secret/i.test(raw) ? 'value' : 'password']: 'refused' };
    return { code: 'invalid', message: 'The server does not take that value.', fields };
  }
  return null;
};
