import type { Clock } from '../../ports/clock.ts';
import type { UpstreamOptions } from '../upstream/http.ts';

/** A configured forge, whatever its vendor. */
export interface ForgeOptions {
  id: string;
  /** As people know it: on the sign-in button. */
  name: string;
  /** Address in people's browsers, with a sub-path where it has one. */
  publicUrl: string;
  /** Address for this process; often another one when containers are involved. */
  internalUrl: string;
  clientId: string;
  clientSecret: string;
  /** Instead of the vendor's own list. */
  scopes?: readonly string[];
  caFile?: string;
  clock: Clock;
  limits?: UpstreamOptions['limits'];
  random?: () => number;
  dispatcher?: UpstreamOptions['dispatcher'];
  observe?: UpstreamOptions['observe'];
}
