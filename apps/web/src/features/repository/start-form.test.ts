import { parametersSchema } from '@flightdeck/api-client/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parametersOf } from '../../lib/parameters.ts';
import { checkStart, isFine } from './start-form.ts';

const form = (more: object = {}) => ({ branch: 'main', commit: '', rows: [], ...more });
const row = (id: number, name: string, value = 'x') => ({ id, name, value });

describe('a wish to start a build', () => {
  it('needs a branch and takes commits of 7 to 64 characters', () => {
    expect(checkStart(form({ branch: '' })).branch).toBe(true);
    expect(checkStart(form({ commit: '123456' })).commit).toBe(true);
    expect(checkStart(form({ commit: '1234567' })).commit).toBe(false);
    expect(checkStart(form({ commit: 'xyz1234' })).commit).toBe(true);
  });

  it('names what is wrong with each parameter and passes over empty rows', () => {
    const faults = checkStart(
      form({ rows: [row(1, '9x'), row(2, 'CI'), row(3, 'A'), row(4, 'A'), row(5, '', '')] }),
    );
    expect([...faults.rows]).toEqual([
      [1, 'nameBad'],
      [2, 'nameReserved'],
      [4, 'nameTwice'],
    ]);
    expect(parametersOf([row(1, 'A', '1'), row(2, '', '')])).toEqual({ A: '1' });
  });

  it('lets nothing through that the contract refuses', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ id: fc.nat(), name: fc.string({ maxLength: 12 }), value: fc.string({ minLength: 1 }) }),
          { maxLength: 5 },
        ),
        (rows) => {
          const numbered = rows.map((one, id) => ({ ...one, id }));
          if (!isFine(checkStart(form({ rows: numbered })))) return;
          expect(parametersSchema.safeParse(parametersOf(numbered)).success).toBe(true);
        },
      ),
    );
  });
});
