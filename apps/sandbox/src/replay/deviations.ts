/** A point in which the sandbox cannot or need not give what was recorded. Each entry must deviate to stay. */
export interface Allowed {
  file: string;
  /** Positions in the list, or frames in a stream. */
  exchanges: readonly number[];
  /** Where in the answer. */
  at: RegExp;
  why: string;
}

const span = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

const drone = 'drone-2.25.0/';
const woodpecker = 'woodpecker-3.17.0/';
const repositories = 'gitea-1.25.4/02-repositories.json';

export const allowed: readonly Allowed[] = [
  {
    file: repositories,
    exchanges: [...span(0, 2), ...span(4, 6), 9, 10, 11, 14, 24],
    at: /\.size$/,
    why: 'what the bare repository takes on the disk of a real forge',
  },
  {
    file: repositories,
    exchanges: [18],
    at: /^header\.content-length$/,
    why: 'the length of two secrets in addresses, which the recording replaced',
  },
  {
    file: repositories,
    exchanges: [18],
    at: /^json\[\d\]\.updated_at$/,
    why: "the moment of a hook's last delivery, which the sandbox does not keep",
  },
  {
    file: `${drone}02-push-and-live-log.json`,
    exchanges: [5],
    at: /^header\.content-length$/,
    why: "the recorder replaced the path of the runner's folder by one that is 14 characters shorter",
  },
  {
    file: `${drone}03-actions.json`,
    exchanges: [3, 20],
    at: /^header\.content-length$/,
    why: 'the same folder',
  },
  {
    file: `${drone}03-actions.json`,
    exchanges: [3, 20],
    at: /^log$/,
    why: "git's three lines came in two reads here, in one read in the list before",
  },
  {
    file: `${drone}06-secrets-and-settings.json`,
    exchanges: [48, 49],
    at: /^json\.data$/,
    why: "made with the repository's secret key and, for the second, a random nonce",
  },
  {
    file: `${drone}03-events-ada.sse.json`,
    exchanges: [14],
    at: /^json\.build\.stages\[\d\]\.steps\[0\]\./,
    why: 'two stages started within milliseconds, and which of their first steps was told of first is a race',
  },
  ...['ada', 'linus', 'grace'].map((person) => ({
    file: `${drone}12-events-${person}.sse.json`,
    exchanges: [-1],
    at: /^builds$/,
    why: 'two builds ran side by side: each by itself is told of in the recorded order, the two mixed in another',
  })),
  {
    file: `${woodpecker}01-identity-and-repos.json`,
    exchanges: [51],
    at: /^header\.content-length$/,
    why: "the page for unknown paths is the server's own interface, of which the sandbox has none",
  },
  {
    file: `${woodpecker}01-identity-and-repos.json`,
    exchanges: [56],
    at: /^text$/,
    why: 'each server has a key pair of its own',
  },
  ...['08-events-server-restart', '08-log-server-restart'].map((name) => ({
    file: `${woodpecker}${name}.sse.json`,
    exchanges: [-1],
    at: /^end$/,
    why: 'the recorder left before the restart broke the connection',
  })),
  {
    file: `${woodpecker}10-events-grace.sse.json`,
    exchanges: [64, 65],
    at: /^json\.pipeline\.workflows\[0\]\.children\[0\]\./,
    why: 'two messages came to this listener the other way round; the sandbox has one order for all',
  },
  {
    file: `${woodpecker}10-events-grace.sse.json`,
    exchanges: [-1],
    at: /^builds$/,
    why: 'two more, of two pipelines, likewise',
  },
  ...['01-identity-and-repos', '03-builds-and-actions'].map((name, index) => ({
    file: `drone-0.8.10/${name}.json`,
    exchanges: [index === 0 ? 31 : 16],
    at: /^header\.content-length$/,
    why: "the page for unknown paths is the server's own interface, of which the sandbox has none",
  })),
];
