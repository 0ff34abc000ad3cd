/** How a request to the public address arrived here. */
export interface Arrived {
  /** Of the process that answered. */
  instance: string;
  /** Whether the peer's word counts (`trustProxy`). */
  trusted: boolean;
  /** Something on the way says for whom it called. */
  named: boolean;
  forwardedProto: string | null;
  /** null: another process answered, and does not tell. */
  from: From | null;
}

/** Network addresses a request came from: of the inner network, as a rule. */
export interface From {
  peer: string;
  forwardedFor: string | null;
}

/**
 * `another`: something answers, and it is no console. `base-path`: a console answers, below another path. `host`: a
 * console answers, and was called by a name it does not know.
 */
export type EchoFault = 'unreachable' | 'certificate' | 'redirect' | 'another' | 'base-path' | 'host';

export type Echo =
  | { tried: string; fault: null; arrived: Arrived }
  | { tried: string; fault: EchoFault; raw: string };

/** The console's own public address, called as a browser would. Nothing is thrown: a fault is what is looked for. */
export interface OwnAddress {
  echo(): Promise<Echo>;
  /** Whether the answer's two parts came apart, as they were sent. */
  drip(): Promise<{ tried: string; fault: 'buffered' | 'failed' | null; raw: string | null }>;
  /** `stripped`: it arrived here as an ordinary request. */
  socket(): Promise<{ tried: string; fault: 'stripped' | 'refused' | 'cut' | null; raw: string | null }>;
}

/** Where requests that arrived here came from, by the word each carried: for who sent the word, not for whoever calls. */
export interface Arrivals {
  note(word: string, from: From): void;
  take(word: string): From | null;
}
