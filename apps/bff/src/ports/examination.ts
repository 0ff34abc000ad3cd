/**
 * What forges and CI servers tell of themselves when the configuration is checked. Every part is asked for by itself and
 * throws Failure by itself; none of them changes anything on the other side. `tried` is the request as a line.
 */
export interface Reached {
  tried: string;
  version: string | null;
  /** Unix ms of the answer's `Date`; null: it had none. */
  serverTime: number | null;
}

/** `first-consent`: kept but for a person's first sign-in, known of that version. `untold`: cannot be known from here. */
export type PkceWord = 'kept' | 'first-consent' | 'absent' | 'untold';

export interface ForgeWords {
  tried: string;
  /** The address at which it believes browsers see it; null: it does not tell. */
  publicUrl: string | null;
  pkce: PkceWord;
  /** What it says of PKCE, as a line. */
  said: string;
}

export interface ClientVerdict {
  tried: string;
  /** `refused`: id or secret, it does not tell which. `unclear`: an answer nobody foresaw. */
  client: 'accepted' | 'unknown-client' | 'wrong-secret' | 'refused' | 'unclear';
  /** `untold`: its token address does not look at it before the code. */
  redirect: 'accepted' | 'refused' | 'untold';
  raw: string;
}

/** Which of a forge's settings lets its webhooks call addresses of the own network. */
export type WebhookRule = 'allowed-host-list' | 'outbound-requests' | 'local-network-allowlist';

export interface ForgeExamination {
  reach(): Promise<Reached>;
  /** null: it has no page of itself that tells. */
  words: (() => Promise<ForgeWords>) | null;
  /** Shows the OAuth client at the token address with a code that nobody was given. null: no OAuth provider. */
  client: ((redirectUri: string) => Promise<ClientVerdict>) | null;
  webhookRule: WebhookRule | null;
}

export interface ServiceAccount {
  tried: string;
  login: string;
  administrator: boolean;
  /** null: the product knows no machine accounts. */
  machine: boolean | null;
}

export interface SignInWay {
  tried: string;
  /** Where its sign-in sends a browser, without the query; null: to no other address. */
  leadsTo: string | null;
  /** The redirect address and the OAuth client it names there. */
  comesBackTo: string | null;
  clientId: string | null;
}

export interface CiExamination {
  /** The requests behind `account` and `signIn`, for when they fail. */
  lines: { account: string; signIn: string };
  reach(): Promise<Reached>;
  account(token: string): Promise<ServiceAccount>;
  signIn(): Promise<SignInWay>;
  /** Addresses of some repositories on the forge, as the server was told them; empty: it tells none. */
  repositoriesAt(token: string): Promise<string[]>;
}
