import { bytes, count, group, milliseconds } from './leaf.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Every limit is a setting. Reasons and figures: docs/decisions, "Limits". */
export const limitsSchema = group({
  http: group({
    urlBytes: bytes(4_096),
    headerBytes: bytes(16_384),
    headerCount: count(100),
    bodyBytes: bytes(65_536),
    secretBodyBytes: bytes(98_304),
    registryBodyBytes: bytes(16_384),
    jsonDepth: count(16),
    jsonKeys: count(200),
    jsonArray: count(1_000),
    headersTimeoutMs: milliseconds(10_000),
    requestTimeoutMs: milliseconds(30_000),
    /** Longer than the reverse proxy's, or it meets closed connections now and then. */
    keepAliveMs: milliseconds(65_000),
    connections: count(5_000),
    /** Whole teams sit behind one address. */
    connectionsPerAddress: count(2_000),
  }),
  /** Per minute: per person, or per network address for what a guest may do. */
  rates: group({
    signInStarts: count(300),
    callbackErrors: count(30),
    guestReads: count(600),
    reads: count(300),
    readBurst: count(60),
    chunks: count(6_000),
    writes: count(30),
    secrets: count(20),
    promotions: count(5),
    searches: count(30),
  }),
  session: group({
    idleMs: milliseconds(8 * hour),
    absoluteMs: milliseconds(24 * hour),
    perPerson: count(20),
    /** A person's input is written down at most this often. */
    touchMs: milliseconds(5 * minute),
  }),
  signIn: group({
    lifeMs: milliseconds(10 * minute),
    perBrowser: count(5),
    total: count(50_000),
  }),
  socket: group({
    maxPayload: bytes(16_384),
    maxFragments: count(16),
    maxBufferedChunks: count(256),
    messagesPerMinute: count(100),
    perPerson: count(20),
    subscriptions: count(40),
    liveLogs: count(20),
    pingMs: milliseconds(25_000),
    pongMs: milliseconds(10_000),
    pauseBytes: bytes(1_048_576),
    cutBytes: bytes(4_194_304),
    cutMs: milliseconds(30_000),
    recheckMs: milliseconds(minute),
    lifeMs: milliseconds(12 * hour),
    firstMessageMs: milliseconds(10_000),
    batchMs: milliseconds(50),
    batchBytes: bytes(16_384),
  }),
  upstream: group({
    connectMs: milliseconds(3_000),
    headersMs: milliseconds(10_000),
    idleMs: milliseconds(15_000),
    totalMs: milliseconds(30_000),
    slowMs: milliseconds(60_000),
    logMs: milliseconds(10 * minute),
    inFlight: count(50),
    queue: count(200),
    jsonBytes: bytes(10_485_760),
    jsonDepth: count(32),
    retries: count(2),
    breakerFailures: count(5),
    breakerWindowMs: milliseconds(10_000),
    breakerProbeMinMs: milliseconds(5_000),
    breakerProbeMaxMs: milliseconds(30_000),
    socketMaxAgeMs: milliseconds(300_000),
  }),
  logs: group({
    /** Text of logs held in memory, over all steps. */
    memoryBytes: bytes(64 * 1024 * 1024),
  }),
  builds: group({
    /** A running step without any sign of life for so long is said to be silent. */
    silenceMs: milliseconds(5 * minute),
  }),
});
