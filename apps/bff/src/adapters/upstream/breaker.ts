import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IBreaker,
  noJitterGenerator,
} from 'cockatiel';
import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { type CallFacts, failureOf } from './errors.ts';
import type { UpstreamLimits } from './types.ts';

/**
 * Failures that say the server is not there, as against one that refuses: an upstream's own 500 is not among them
 * (Drone 2 answers it to a duplicate secret or a missing pipeline file), a proxy's 502, 503 and 504 are.
 */
export function saysDown(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  const { status } = error.facts;
  if (status !== undefined) return status === 502 || status === 503 || status === 504;
  return (
    error.code === 'ci_unreachable' ||
    error.code === 'forge_unreachable' ||
    error.code === 'ci_timeout' ||
    error.code === 'forge_timeout' ||
    error.code === 'outcome_uncertain'
  );
}

/** Opens after `failures` in `windowMs`. */
class WindowBreaker implements IBreaker {
  state: number[] = [];
  private readonly failures: number;
  private readonly windowMs: number;
  private readonly clock: Clock;

  constructor(failures: number, windowMs: number, clock: Clock) {
    this.failures = failures;
    this.windowMs = windowMs;
    this.clock = clock;
  }

  success(): void {
    // Successes do not forgive: five failures in the window are five failures.
  }

  failure(): boolean {
    const now = this.clock.now();
    this.state = [...this.state.filter((at) => now - at < this.windowMs), now];
    if (this.state.length < this.failures) return false;
    this.state = [];
    return true;
  }
}

export interface Gatekeeper {
  /** Runs `work` when the circuit is closed and a place is free. Throws `…_unreachable` or `overloaded` otherwise. */
  run<T>(facts: CallFacts, work: () => Promise<T>): Promise<T>;
}

export function createGatekeeper(limits: UpstreamLimits, clock: Clock): Gatekeeper {
  const places = bulkhead(limits.inFlight, limits.queue);
  const breaker = circuitBreaker(handleWhen(saysDown), {
    breaker: new WindowBreaker(limits.breakerFailures, limits.breakerWindowMs, clock),
    halfOpenAfter: new ExponentialBackoff({
      initialDelay: limits.breakerProbeMinMs,
      maxDelay: limits.breakerProbeMaxMs,
      generator: noJitterGenerator,
    }),
  });
  let lastWords = '';
  return {
    async run(facts, work) {
      try {
        return await breaker.execute(() => places.execute(work));
      } catch (error) {
        if (error instanceof BulkheadRejectedError) {
          throw new Failure('overloaded', `Too many calls wait for "${facts.instance}".`, {
            instance: facts.instance,
            retryAfter: 2,
          });
        }
        if (error instanceof BrokenCircuitError) {
          throw failureOf('unreachable', facts, 'did not answer lately; it is tried again within seconds.', {
            ...(lastWords ? { raw: lastWords } : {}),
            retryAfter: Math.ceil(limits.breakerProbeMinMs / 1000),
          });
        }
        if (saysDown(error)) lastWords = (error as Failure).facts.raw ?? '';
        throw error;
      }
    },
  };
}
