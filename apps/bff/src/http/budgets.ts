import type { Budget } from '@flightdeck/api-client/contract';
import type { Caller } from '../services/context.ts';

/** Rates per person. Throws Failure `rate_limited` with `retryAfter` when a budget is used up. */
export interface Budgets {
  spend(budget: Budget, caller: Caller | null): void;
}
