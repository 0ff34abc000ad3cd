import type { LogQuery } from '@flightdeck/api-client/model';

/** What is searched for, and whether in all steps of the build. */
export interface Find {
  term: LogQuery;
  everywhere: boolean;
}

export const nothingToFind: Find = {
  term: { q: '', matchCase: false, word: false, regex: false },
  everywhere: false,
};
