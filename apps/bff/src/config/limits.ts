import { bytes, bytesOrNone, count, group, milliseconds } from './leaf.ts';

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
    /** By everybody together. */
    promotionsPerRepository: count(20),
    /** One search of a long log is several. */
    searches: count(120),
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
  /** Passwords and tokens that a forge refused, for forges without a redirect to sign in by. */
  credentials: group({
    perLoginAndAddress: count(5),
    /** Wider: else anybody could lock somebody else out. */
    perLogin: count(50),
    perAddress: count(30),
    windowMs: milliseconds(15 * minute),
  }),
  socket: group({
    maxPayload: bytes(16_384),
    messagesPerMinute: count(100),
    socketsPerPerson: count(20),
    subscriptionsPerSocket: count(40),
    logsPerSocket: count(20),
    firstMessageMs: milliseconds(10_000),
    pingMs: milliseconds(25_000),
    pongMs: milliseconds(10_000),
    lifeMs: milliseconds(12 * hour),
    recheckMs: milliseconds(minute),
    uncheckedMs: milliseconds(10 * minute),
    pauseBytes: bytes(1_048_576),
    resumeBytes: bytes(262_144),
    cutBytes: bytes(4_194_304),
    cutMs: milliseconds(30_000),
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
    jsonParts: count(50_000),
    retries: count(2),
    breakerFailures: count(5),
    breakerWindowMs: milliseconds(10_000),
    breakerProbeMinMs: milliseconds(5_000),
    breakerProbeMaxMs: milliseconds(10_000),
    socketMaxAgeMs: milliseconds(300_000),
  }),
  logs: group({
    /** Files of logs below the data folder, over all steps; 0: none, memory only. */
    diskBytes: bytesOrNone(4 * 1024 * 1024 * 1024),
    /** Text of logs held in memory, over all steps. */
    memoryBytes: bytes(64 * 1024 * 1024),
    /** A running step's stream is kept this long after its last viewer. */
    graceMs: milliseconds(30_000),
  }),
  search: group({
    /** A regular expression that needs longer for 512 lines is ended. */
    sliceMs: milliseconds(100),
    atOnce: count(8),
  }),
  builds: group({
    /** A running step without any sign of life for so long is said to be silent. */
    silenceMs: milliseconds(5 * minute),
  }),
});
