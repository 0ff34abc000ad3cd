import { isReservedParameter } from '@flightdeck/api-client/contract';

export interface ParameterRow {
  id: number;
  name: string;
  value: string;
}

export interface StartForm {
  branch: string;
  commit: string;
  rows: readonly ParameterRow[];
}

export type RowFault = 'nameBad' | 'nameReserved' | 'nameTwice';
export interface StartFaults {
  branch: boolean;
  commit: boolean;
  rows: ReadonlyMap<number, RowFault>;
}

/** What is wrong with a wish to start a build; empty rows count for nothing. Rules of the contract. */
export function checkStart({ branch, commit, rows }: StartForm): StartFaults {
  const faults = new Map<number, RowFault>();
  const seen = new Set<string>();
  for (const { id, name, value } of rows) {
    if (name === '' && value === '') continue;
    if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/.test(name)) faults.set(id, 'nameBad');
    else if (isReservedParameter(name)) faults.set(id, 'nameReserved');
    else if (seen.has(name)) faults.set(id, 'nameTwice');
    seen.add(name);
  }
  return {
    branch: branch === '',
    commit: commit !== '' && !/^[0-9a-f]{7,64}$/.test(commit),
    rows: faults,
  };
}

export const isFine = (faults: StartFaults): boolean =>
  !faults.branch && !faults.commit && faults.rows.size === 0;

export const parametersOf = (rows: readonly ParameterRow[]): Record<string, string> =>
  Object.fromEntries(rows.filter((row) => row.name !== '').map((row) => [row.name, row.value]));
