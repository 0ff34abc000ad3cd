/**
 * The same values, but the wait for the next one ends with the signal, whatever the source does: a source that does
 * not hear the signal can't hold up whoever reads it. Ends quietly when aborted.
 *
 * Not by `Promise.race` with one promise for the signal: that promise would hold on to every value until the end.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let stop = () => {};
  const onAbort = () => stop();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      const result = await new Promise<IteratorResult<T> | null>((resolve, reject) => {
        stop = () => resolve(null);
        iterator.next().then(resolve, reject);
        if (signal.aborted) resolve(null);
      });
      if (result === null || result.done) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    void Promise.resolve(iterator.return?.(undefined)).catch(() => {});
  }
}
