/** Limits of the live side; every one is a setting. Times in ms, sizes in bytes. */
export interface LiveLimits {
  maxPayload: number;
  messagesPerMinute: number;
  socketsPerPerson: number;
  subscriptionsPerSocket: number;
  logsPerSocket: number;
  firstMessageMs: number;
  pingMs: number;
  pongMs: number;
  lifeMs: number;
  recheckMs: number;
  /** A permission that could not be checked (forge down) holds at most this long. */
  uncheckedMs: number;
  /** Above `pauseBytes` waiting in a socket nothing is added, below `resumeBytes` it goes on. */
  pauseBytes: number;
  resumeBytes: number;
  cutBytes: number;
  cutMs: number;
}

export const defaultLiveLimits: LiveLimits = {
  maxPayload: 16 * 1024,
  messagesPerMinute: 100,
  socketsPerPerson: 20,
  subscriptionsPerSocket: 40,
  logsPerSocket: 20,
  firstMessageMs: 10_000,
  pingMs: 25_000,
  pongMs: 10_000,
  lifeMs: 12 * 3_600_000,
  recheckMs: 60_000,
  uncheckedMs: 600_000,
  pauseBytes: 1024 * 1024,
  resumeBytes: 256 * 1024,
  cutBytes: 4 * 1024 * 1024,
  cutMs: 30_000,
};
