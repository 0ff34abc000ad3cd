/** Small facts that concern more than one part of the process (and later, more than one replica). */
export type BusEvent =
  /** A build appeared or changed; who is interested loads it anew. */
  | { type: 'build-changed'; server: string; path: string; number: number }
  /** Settings, activation or rights of a repository changed. */
  | { type: 'repository-changed'; server: string; path: string }
  /** A session ended: its sockets close. */
  | { type: 'session-ended'; sessionHash: string }
  /** All sessions of a person ended. */
  | { type: 'person-signed-out'; forge: string; forgeUserId: string }
  /** What a session tells of its person changed: accounts were added or taken away. */
  | { type: 'person-changed'; forge: string; forgeUserId: string }
  /** The forge takes neither the stored token nor one traded for it. */
  | { type: 'forge-refused-person'; forge: string; forgeUserId: string };

export interface Bus {
  publish(event: BusEvent): void;
  /** Returns the function that ends the subscription. A listener must not throw. */
  subscribe(listener: (event: BusEvent) => void): () => void;
}
