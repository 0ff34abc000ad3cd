import type { CiServer } from '../../../ports/ci-server.ts';
import { type HttpDouble, httpDouble } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import type { CiAdapterOptions } from '../options.ts';
import { optionsFor } from '../testing.ts';
import { createWoodpecker } from './adapter.ts';

/** An adapter before a server that answers what a test says. */
export async function woodpeckerBefore(more: Partial<CiAdapterOptions> = {}): Promise<{
  double: HttpDouble;
  clock: ManualClock;
  woodpecker: CiServer;
}> {
  const double = await httpDouble();
  const clock = new ManualClock();
  return { double, clock, woodpecker: woodpeckerAt(double.url, { clock, ...more }) };
}

/** One that has seen nothing yet. */
export function woodpeckerAt(internalUrl: string, more: Partial<CiAdapterOptions> = {}): CiServer {
  return createWoodpecker(optionsFor(internalUrl, more));
}

/** A repository as the server sends it, with the keys that are always there. */
export const sentRepository = (more: Record<string, unknown> = {}) => ({
  id: 7,
  forge_id: 1,
  forge_remote_id: '41',
  full_name: 'acme/shop',
  default_branch: 'main',
  timeout: 60,
  visibility: 'public',
  private: false,
  trusted: { network: false, volumes: false, security: false },
  require_approval: 'forks',
  approval_allowed_users: null,
  active: true,
  allow_pr: true,
  allow_deploy: false,
  config_file: '',
  cancel_previous_pipeline_events: ['push', 'pull_request'],
  ...more,
});

/** A pipeline as the server sends it. */
export const sentPipeline = (more: Record<string, unknown> = {}) => ({
  id: 70,
  number: 7,
  author: 'ada',
  parent: 0,
  event: 'push',
  event_reason: null,
  status: 'running',
  errors: null,
  created: 1_795_000_000,
  updated: 1_795_000_001,
  started: 1_795_000_001,
  finished: 0,
  deploy_to: '',
  commit: 'c0ffee0000000000000000000000000000000000',
  branch: 'main',
  ref: 'refs/heads/main',
  refspec: '',
  message: 'Tidy up\n',
  title: '',
  ...more,
});
