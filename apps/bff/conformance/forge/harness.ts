import type { Level } from '@flightdeck/api-client/model';
import type { Forge, ForgeTokens } from '../../src/ports/forge.ts';

export interface ForgeHarness {
  forge: Forge;
  /** A private repository; `branch` holds `file`. */
  repository: { path: string; branch: string; file: string };
  /** Somebody who administers it. */
  admin: string;
  /** Others by what they may do on it; absent ones are not checked. */
  others: { token: string; level: Level }[];
  /** Grants the console at the forge as the administrator would in a browser. */
  pair: (() => Promise<ForgeTokens>) | null;
  /** Where people sign in by password: the administrator's. */
  password: { login: string; password: string } | null;
  /** Only where the test may change the forge. */
  control: ForgeControl | null;
  stop(): Promise<void>;
}

export interface ForgeControl {
  /** A public repository in which the administrator has a role and one of the others has none. */
  publicRepository: { path: string; stranger: string };
  /** Adds `count` repositories that the administrator owns. */
  addRepositories(count: number): void;
  renameRepository(from: string, to: string): void;
  endAccessTokens(): void;
  forbidReuse(): void;
}

export type MakeForge = () => Promise<ForgeHarness>;
