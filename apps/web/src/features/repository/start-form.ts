import { type ParameterFault, type ParameterRow, parameterFaults } from '../../lib/parameters.ts';

export interface StartForm {
  branch: string;
  commit: string;
  rows: readonly ParameterRow[];
}

export interface StartFaults {
  branch: boolean;
  commit: boolean;
  rows: ReadonlyMap<number, ParameterFault>;
}

/** What is wrong with a wish to start a build. Rules of the contract. */
export const checkStart = ({ branch, commit, rows }: StartForm): StartFaults => ({
  branch: branch === '',
  commit: commit !== '' && !/^[0-9a-f]{7,64}$/.test(commit),
  rows: parameterFaults(rows),
});

export const isFine = (faults: StartFaults): boolean =>
  !faults.branch && !faults.commit && faults.rows.size === 0;
