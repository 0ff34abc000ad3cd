import { describe } from 'vitest';
import type { Store } from '../src/ports/store.ts';
import { auditRules } from './store/audit.ts';
import { buildRules } from './store/builds.ts';
import { credentialRules } from './store/credentials.ts';
import { identityRules } from './store/identities.ts';
import { intentRules } from './store/intents.ts';
import { peopleRules } from './store/people.ts';
import { sessionRules } from './store/sessions.ts';
import { tokenRules } from './store/tokens.ts';

export interface StoreHarness {
  /** A new, empty store. The harness closes it after the test. */
  make(): Promise<Store>;
}

/** What every implementation of the store owes. */
export function describeStore(name: string, harness: StoreHarness): void {
  describe(`store: ${name}`, () => {
    peopleRules(harness);
    identityRules(harness);
    sessionRules(harness);
    tokenRules(harness);
    intentRules(harness);
    auditRules(harness);
    credentialRules(harness);
    buildRules(harness);
  });
}
