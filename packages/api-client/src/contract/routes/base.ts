import { oc } from '@orpc/contract';
import { z } from 'zod';
import { instanceIdSchema } from '../../model/index.ts';
import type { Policy } from '../policy.ts';

export const base = oc.$meta<Policy>({ need: 'person', budget: 'read', fresh: false, link: false });
export const nothing = z.object({ ok: z.literal(true) });
export const onServer = z.object({ server: instanceIdSchema });

export const REPO = '/api/servers/{server}/repositories/{repo}' as const;
export const BUILD = `${REPO}/builds/{number}` as const;
export const STEP = `${BUILD}/stages/{stage}/steps/{step}` as const;
