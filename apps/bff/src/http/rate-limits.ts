import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Failure } from '../domain/failure.ts';

export interface AddressRates {
  signInStarts: number;
  callbackErrors: number;
  guestReads: number;
}

/** Budgets by network address, for what needs no session. Whole teams sit behind one address: the figures are wide. */
export function addressLimits(rates: AddressRates): {
  signInStarts: RequestHandler;
  callbackErrors: RequestHandler;
  guests: RequestHandler;
} {
  return {
    signInStarts: perMinute(rates.signInStarts),
    // Good callbacks count too, at first: whether one is good is known at its end.
    callbackErrors: perMinute(rates.callbackErrors, {
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_req, res) => !/[?&]error=/.test(String(res.getHeader('location') ?? '')),
    }),
    guests: perMinute(rates.guestReads, { skip: (req) => (req.caller ?? null) !== null }),
  };
}

type Options = NonNullable<Parameters<typeof rateLimit>[0]>;

function perMinute(limit: number, more: Partial<Options> = {}): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (req) => ipKeyGenerator(req.clientAddress),
    // Which proxies may name the caller's address is a setting; its guesses about that would only fill the log.
    validate: false,
    handler: (req: Request, _res, next) => {
      const info = (req as Request & { rateLimit?: { resetTime?: Date } }).rateLimit;
      const left = (info?.resetTime?.getTime() ?? 0) - Date.now();
      next(
        new Failure('rate_limited', 'Too many requests from this network address.', {
          retryAfter: Math.max(1, Math.ceil(left / 1000)),
        }),
      );
    },
    ...more,
  });
}
