import type { SeedName } from './seed/seed.ts';

export interface Person {
  login: string;
  name: string;
  password: string;
  /** What this person may do, in a few words. */
  what: string;
}

const demo: Person[] = [
  {
    login: 'ada',
    name: 'Ada Lovelace',
    password: 'ada-sandbox',
    what: 'owns acme, administrator of the CI server',
  },
  {
    login: 'grace',
    name: 'Grace Hopper',
    password: 'grace-sandbox',
    what: 'writes acme/checkout and acme/storefront, owns mobile; nothing on acme/infra',
  },
  {
    login: 'linus',
    name: 'Linus T.',
    password: 'linus-sandbox',
    what: 'reads acme/checkout, acme/storefront and acme/infra',
  },
  {
    login: 'wei',
    name: '林晓彤',
    password: 'wei-sandbox',
    what: 'owns data, writes acme/checkout, acme/infra and acme/docs-site (中文)',
  },
  {
    login: 'mallory',
    name: 'Mallory',
    password: 'mallory-sandbox',
    what: 'has no role anywhere: sees what is public',
  },
];

const recorded: Person[] = ['ada', 'grace', 'linus'].map((login) => ({
  login,
  name: login,
  password: `${login}-made-up`,
  what: 'as on the recorded servers',
}));

/** Who may sign in at the forge, for a banner or a test. */
export function people(seed: SeedName): Person[] {
  return seed === 'recorded' ? recorded : demo;
}
