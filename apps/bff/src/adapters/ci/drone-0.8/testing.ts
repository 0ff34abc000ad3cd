import type { CiServer } from '../../../ports/ci-server.ts';
import type { CiAdapterOptions } from '../options.ts';
import { optionsFor } from '../testing.ts';
import { createDrone08 } from './adapter.ts';

/** One whose forge has named acme/checkout and acme/infra to somebody. */
export const drone08At = (internalUrl: string, more: Partial<CiAdapterOptions> = {}): CiServer =>
  createDrone08(
    optionsFor(internalUrl, { identify: (path) => forgeIds[path.toLowerCase()] ?? null, ...more }),
  );

const forgeIds: Readonly<Record<string, string>> = { 'acme/checkout': '41', 'acme/infra': '42' };

/** A process of a build as the server sends it. */
export const sentProc = (pid: number, ppid: number, more: Record<string, unknown> = {}) => ({
  ...{ id: 100 + pid, build_id: 70, pid, ppid, pgid: pid, name: ppid === 0 ? '' : `step-${pid}` },
  ...{ state: 'running', exit_code: 0 },
  ...more,
});

/** A build as the server sends it, with the keys that are always there. */
export const sentBuild = (more: Record<string, unknown> = {}) => ({
  id: 70,
  number: 7,
  parent: 0,
  event: 'push',
  status: 'running',
  error: '',
  enqueued_at: 1_795_000_000,
  created_at: 1_795_000_000,
  started_at: 1_795_000_001,
  finished_at: 0,
  deploy_to: '',
  commit: 'c0ffee0000000000000000000000000000000000',
  branch: 'main',
  ref: 'refs/heads/main',
  refspec: '',
  remote: '',
  title: '',
  message: 'Tidy up\n',
  timestamp: 1_795_000_000,
  sender: 'ada',
  author: 'ada',
  author_avatar: '',
  author_email: '',
  link_url: '',
  signed: false,
  verified: true,
  reviewed_by: '',
  reviewed_at: 0,
  ...more,
});

/** A repository as the server sends it. */
export const sentRepository = (more: Record<string, unknown> = {}) => ({
  ...{ id: 1, owner: 'acme', name: 'checkout', full_name: 'acme/checkout', scm: 'git' },
  ...{ default_branch: 'main', timeout: 60, visibility: 'public', private: false, trusted: false },
  ...{ gated: false, active: true, allow_pr: true, allow_push: true, allow_deploys: false },
  ...{ allow_tags: false, last_build: 7, config_file: '.drone.yml' },
  ...more,
});
