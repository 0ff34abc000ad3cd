/**
 * Imported before everything else: what the strict content security policy needs.
 * zod probes `new Function` unless told not to; the scroll lock of dialogs asks `get-nonce` for its style element.
 */
import { setNonce } from 'get-nonce';
import { config } from 'zod';
import { nonce } from './lib/page-facts.ts';

config({ jitless: true });
setNonce(nonce());
