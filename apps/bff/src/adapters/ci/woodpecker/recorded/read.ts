import { recordingsOf } from '../../../../testing/recordings.ts';

const recordings = recordingsOf('woodpecker-3.17.0');
export const exchanges = () => recordings.exchanges();
export const { streams } = recordings;

/** Repositories of the recorded server by its own ids. */
export const paths: Readonly<Record<string, string>> = {
  1: 'acme/checkout',
  2: 'acme/big',
  3: 'acme/infra',
};
export const pathOf = (id: string): string => paths[id] ?? 'acme/nothing';
export const idOf = (path: string): number =>
  Number(Object.entries(paths).find(([, name]) => name === path)?.[0] ?? 9999);
