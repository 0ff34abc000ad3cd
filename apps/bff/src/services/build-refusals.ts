import type { ProblemCode } from '@flightdeck/api-client/contract';
import type { Obstacle } from '@flightdeck/api-client/model';
import { Failure } from '../domain/failure.ts';
import type { Permit } from '../domain/permits.ts';

const codes: Readonly<Record<Obstacle, ProblemCode>> = {
  'needs-write': 'needs_write',
  'needs-admin': 'needs_admin',
  'needs-ci-administrator': 'needs_ci_administrator',
  'needs-sync': 'needs_sync',
  'needs-link': 'needs_link',
  'needs-approver': 'needs_approver',
  'needs-active': 'not_active',
  'already-active': 'conflict',
  'awaits-approval': 'awaiting_approval',
  'not-waiting': 'not_waiting',
  'not-running': 'conflict',
  'not-begun': 'not_supported',
  'not-supported': 'not_supported',
  'nested-groups': 'not_supported',
  'no-target': 'invalid',
  'promotions-off': 'promotions_off',
};

/** Throws what stands in the way. The same rule greys the button out and refuses the call. */
export function refusal(permit: Permit, action: string): void {
  if (permit === null) return;
  // A restart would run unapproved what somebody holds back: its own code, so that the sentence can say so.
  if (permit === 'needs-approver' && action === 'restart') {
    throw new Failure(
      'awaiting_approval',
      'This build awaits approval; only who may approve it may restart it.',
    );
  }
  throw new Failure(codes[permit], `Refused (${permit}): ${action}.`);
}
