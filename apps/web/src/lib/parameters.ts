import { isReservedParameter } from '@flightdeck/api-client/contract';

export interface ParameterRow {
  id: number;
  name: string;
  value: string;
}

/** Names of the sentences in `builds:start`. */
export type ParameterFault = 'nameBad' | 'nameReserved' | 'nameTwice';

/** What the contract lets a build parameter be called, or why not. */
export function nameFault(name: string): 'nameBad' | 'nameReserved' | null {
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/.test(name)) return 'nameBad';
  return isReservedParameter(name) ? 'nameReserved' : null;
}

const isEmpty = ({ name, value }: ParameterRow): boolean => name === '' && value === '';

/** Per row that cannot be sent: why not. Empty rows count for nothing. */
export function parameterFaults(rows: readonly ParameterRow[]): ReadonlyMap<number, ParameterFault> {
  const faults = new Map<number, ParameterFault>();
  const seen = new Set<string>();
  for (const row of rows) {
    if (isEmpty(row)) continue;
    const fault = nameFault(row.name) ?? (seen.has(row.name) ? 'nameTwice' : null);
    if (fault) faults.set(row.id, fault);
    seen.add(row.name);
  }
  return faults;
}

export const parametersOf = (rows: readonly ParameterRow[]): Record<string, string> =>
  Object.fromEntries(rows.filter((row) => !isEmpty(row)).map((row) => [row.name, row.value]));
