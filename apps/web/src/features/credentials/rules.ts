import { registryHostSchema, type Secret, secretNameSchema } from '@flightdeck/api-client/model';

export type NameFault = 'nameEmpty' | 'nameBad' | 'nameTaken' | 'nameTwin';

/** What is wrong with the name of a new secret, checked before anything is sent. */
export function checkName(
  name: string,
  existing: readonly Secret[],
): { fault: NameFault; twin: string } | null {
  if (name === '') return { fault: 'nameEmpty', twin: '' };
  if (!secretNameSchema.safeParse(name).success) return { fault: 'nameBad', twin: '' };
  if (existing.some((secret) => secret.name === name)) return { fault: 'nameTaken', twin: name };
  const twin = existing.find((secret) => secret.name.toLowerCase() === name.toLowerCase());
  return twin ? { fault: 'nameTwin', twin: twin.name } : null;
}

export const endsWithLineBreak = (value: string): boolean => /\r?\n$/.test(value);
export const withoutLineBreak = (value: string): string => value.replace(/[\r\n]+$/, '');

export const isHost = (text: string): boolean => registryHostSchema.safeParse(text).success;

/** The host in a pasted address (`https://registry.example.com/v2/` → `registry.example.com`), or null. */
export function hostIn(text: string): string | null {
  const host = text
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/^[^@]*@/, '');
  return host !== text && isHost(host) ? host : null;
}
