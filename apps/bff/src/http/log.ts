import pino, { type Logger } from 'pino';
import { pinoHttp } from 'pino-http';

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
  return destination ? pino(options, destination) : pino(options);
}

/** One line a request: no headers (they hold the nonce and the session), no query (it holds codes and states). */
export function requestLog(logger: Logger) {
  return pinoHttp({
    logger,
    genReqId: (req) => (req as { requestId?: string }).requestId ?? '',
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'requestId' },
    serializers: {
      req: (req: { method: string; url: string; raw: { clientAddress?: string } }) => ({
        method: req.method,
        path: pathOnly(req.url),
        from: req.raw.clientAddress,
      }),
      res: (res: { statusCode: number | null }) => ({ status: res.statusCode }),
      err: shortError,
    },
    customLogLevel: (_req, res, error) => {
      if (error || res.statusCode >= 500) return 'error';
      return res.statusCode >= 400 && res.statusCode !== 401 && res.statusCode !== 404 ? 'warn' : 'info';
    },
    autoLogging: { ignore: (req) => /\/(healthz|readyz|metrics)$/.test(pathOnly(req.url ?? '')) },
  });
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
