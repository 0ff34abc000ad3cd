/** Waiting times of a log session in ms. */
export const sessionTimes = {
  /** How often a step that has not begun is looked at when nobody announces its beginning. */
  pendingPoll: 3_000,
  /** How often a step is looked at while its stream is open: pings do not show that it still lives. */
  watchdog: 12_000,
  retryFirst: 500,
  retryMax: 10_000,
  /** Looks asked for by `poke` come at most this often. */
  pokeEvery: 500,
  /** A connection that stands this long without being ended is live, also when nothing is printed. */
  openIsLive: 400,
  /** A step that has ended may still send its last lines; after that its stream is closed from this side. */
  lastLines: 1_000,
  /** Silence this long, at the size limit, means the server has stopped sending. */
  limitSilence: 5_000,
  /** Holes are closed so long after they were seen, at the earliest: records that overtook each other close them by themselves. */
  refillRest: 500,
  /** How often a running step's stored log is read for what is missing. */
  refillFirst: 1_000,
  refillMax: 15_000,
  /** A stored log that is not there is asked for after 1, 2, 4 … s, for this long in all, then every `storedSlow`. */
  storedBound: 120_000,
  storedSlow: 60_000,
  /** A log that was read whole is asked about again when somebody looks at it so long after. */
  confirmEvery: 60_000,
  /** An empty stored log of a step that showed no line either is believed after this long. */
  emptyBound: 15_000,
} as const;
