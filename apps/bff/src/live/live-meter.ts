/** What the live side tells to whoever counts. Called often: implementations only add numbers. */
export interface LiveMeter {
  /** Open websockets, by +1 and -1. */
  sockets(change: number): void;
  subscriptions(kind: string, change: number): void;
  /** Open log streams from CI servers, by +1 and -1. */
  tails(server: string, change: number): void;
  /** UTF-8 bytes of log text read from a CI server, live or stored. */
  logBytesIn(server: string, bytes: number): void;
  /** Bytes handed to websockets. */
  bytesOut(bytes: number): void;
  /** A viewer was too slow and lines were skipped for it (`skip`) or its socket was cut (`cut`). */
  slow(what: 'skip' | 'cut'): void;
}

export const silentMeter: LiveMeter = {
  sockets: () => {},
  subscriptions: () => {},
  tails: () => {},
  logBytesIn: () => {},
  bytesOut: () => {},
  slow: () => {},
};
