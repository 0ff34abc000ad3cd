import pino, { type Logger } from 'pino';
import type { EarlyHandler } from './in-order.ts';

/** Second net only: nothing secret is given to the log in the first place. */
const redacted = [
  ...['token', 'secret', 'password', 'authorization', 'cookie', 'clientSecret', 'serviceToken'],
  ...['accessToken', 'refreshToken', 'verifier', 'state', 'code_verifier', 'data', 'value'],
].flatMap((name) => [name, `*.${name}`]);

export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redacted, censor: '[redacted]' },
    serializers: { err: shortError },
  };
  return pino(options, destination ?? inPieces());
}

/**
 * Standard output, written a few times a second: a call to the system for each line costs more than the line. The rest is
 * written when the process ends, unless it is killed outright.
 */
const inPieces = () => pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 100 });

/**
 * One line a request, written when it is answered or given up: no headers (they hold the nonce and the session), no query
 * (it holds codes and states).
 */
export function requestLog(logger: Pick<Logger, 'error' | 'warn' | 'info'>): EarlyHandler {
  return (req, res, next) => {
    const path = pathOnly(req.originalUrl);
    if (/\/(healthz|readyz|metrics)$/.test(path)) return next();
    const began = Date.now();
    res.once('close', () => {
      const aborted = !res.writableFinished;
      logger[levelOf(res.statusCode)](
        {
          requestId: req.requestId,
          req: { method: req.method, path, from: req.clientAddress },
          res: { status: res.headersSent ? res.statusCode : null },
          responseTime: Date.now() - began,
        },
        aborted ? 'request aborted' : 'request completed',
      );
    });
    next();
  };
}

function levelOf(status: number): 'error' | 'warn' | 'info' {
  if (status >= 500) return 'error';
  return status >= 400 && status !== 401 && status !== 404 ? 'warn' : 'info';
}

const pathOnly = (url: string): string => (url.split('?')[0] ?? '').slice(0, 500);

/** Type, code, message, stack and the same of its causes; none of the fields that libraries hang on errors. */
export function shortError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: String(error).slice(0, 500) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: error.message.slice(0, 1_000),
    stack: error.stack?.slice(0, 4_000),
    ...(error.cause !== undefined && depth < 3 ? { cause: shortError(error.cause, depth + 1) } : {}),
  };
}
