import { doctorReportSchema } from '../../model/index.ts';
import { reading } from '../policy.ts';
import { base } from './base.ts';

/** For administrators of at least one CI server by a linked account; others get `needs_ci_administrator`. */
export const admin = {
  /** Checks the configuration hop by hop; takes up to half a minute when servers do not answer. */
  doctor: base
    .route({ method: 'GET', path: '/api/admin/doctor', tags: ['admin'] })
    .meta(reading('ci-administrator', 'search'))
    .output(doctorReportSchema),
};
