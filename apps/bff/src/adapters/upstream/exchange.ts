import type { Dispatcher } from 'undici';
import { TooLarge } from './body.ts';
import type { RawAnswer } from './types.ts';

/**
 * One request and its whole answer as text. Rejects with TooLarge beyond `limit` bytes, else with the network's error or
 * what the exchange was stopped with. `stoppable` is handed the means to stop it once it has begun.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limit: number,
  stoppable: (stop: (reason: Error) => void) => void,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: RawAnswer['headers'] = {};
    const parts: Buffer[] = [];
    let size = 0;
    dispatcher.dispatch(request, {
      onRequestStart: (controller) => stoppable((reason) => controller.abort(reason)),
      // Called for informational answers too: the last one counts.
      onResponseStart: (_, statusCode, given) => {
        status = statusCode;
        headers = given;
      },
      onResponseData: (controller, part) => {
        size += part.byteLength;
        if (size > limit) controller.abort(new TooLarge(`more than ${limit} bytes`));
        else parts.push(part);
      },
      onResponseEnd: () => {
        const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, size);
        resolve({ status, headers, text: whole.toString('utf8') });
      },
      onResponseError: (_, error) => reject(error),
    });
  });
}
