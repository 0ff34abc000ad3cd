import { type ComparedAccounts, requireAdministrator } from '../../services/administrators.ts';
import type { Doctor } from '../../services/doctor/doctor.ts';
import { forPeople } from '../orpc.ts';

export interface AdminHandlerDeps {
  accounts: ComparedAccounts;
  doctor: Doctor;
}

export const adminHandlers = ({ accounts, doctor }: AdminHandlerDeps) => ({
  doctor: forPeople.admin.doctor.handler(async ({ context }) => {
    await requireAdministrator(accounts, context.caller);
    return doctor.run();
  }),
});
