import { z } from 'zod';
import { dictionary, flag, listOf, text, whole, words } from '../wire-parts.ts';

/**
 * Drone's answers as they come, read permissively: an absent, null or mistyped value is its zero value (the server
 * leaves most zero values out), an absent list is empty. Only what names a thing is demanded. Read from 2.25.0,
 * compared with its recorded answers; 1.10 has the same shapes with fewer keys.
 */

export const stepWire = z.object({
  number: z.number().int().positive(),
  name: text,
  status: text,
  error: text,
  errignore: flag,
  exit_code: whole,
  started: whole,
  stopped: whole,
  version: whole,
  depends_on: words,
  image: text,
  detached: flag,
});
export type StepWire = z.output<typeof stepWire>;

export const stageWire = z.object({
  build_id: whole,
  number: z.number().int().positive(),
  name: text,
  kind: text,
  type: text,
  status: text,
  error: text,
  exit_code: whole,
  machine: text,
  os: text,
  arch: text,
  variant: text,
  kernel: text,
  limit: whole,
  started: whole,
  stopped: whole,
  created: whole,
  version: whole,
  depends_on: words,
  labels: dictionary,
  steps: listOf(stepWire).catch([]),
});
export type StageWire = z.output<typeof stageWire>;

export const buildWire = z.object({
  id: whole,
  trigger: text,
  number: z.number().int().positive(),
  parent: whole,
  status: text,
  error: text,
  event: text,
  action: text,
  title: text,
  message: text,
  before: text,
  after: text,
  ref: text,
  source_repo: text,
  source: text,
  target: text,
  author_login: text,
  author_name: text,
  author_avatar: text,
  params: dictionary,
  cron: text,
  deploy_to: text,
  debug: flag,
  started: whole,
  finished: whole,
  created: whole,
  version: whole,
  stages: listOf(stageWire).catch([]),
});
export type BuildWire = z.output<typeof buildWire>;

/** `null`: nothing matched, no build was made, no number used up. */
export const startedWire = buildWire.nullable();
export const buildListWire = listOf(buildWire);

export const repositoryWire = z.object({
  id: whole,
  /** The forge's id of the repository, as text. */
  uid: z.string().min(1),
  slug: z.string().min(3),
  default_branch: text,
  private: flag,
  visibility: text,
  active: flag,
  config_path: text,
  trusted: flag,
  protected: flag,
  ignore_forks: flag,
  ignore_pull_requests: flag,
  auto_cancel_pull_requests: flag,
  auto_cancel_pushes: flag,
  /** Since 2.0. */
  auto_cancel_running: z.boolean().nullish().catch(null),
  timeout: whole,
  throttle: whole,
  counter: whole,
  archived: flag,
  build: buildWire.nullish().catch(null),
  permissions: z.object({ read: flag, write: flag, admin: flag }).nullish().catch(null),
});
export type RepositoryWire = z.output<typeof repositoryWire>;
export const repositoryListWire = listOf(repositoryWire);

export const userWire = z.object({
  login: z.string().min(1),
  machine: flag,
  admin: flag,
  syncing: flag,
});
export type UserWire = z.output<typeof userWire>;
export const tokenWire = z.object({ token: z.string().min(1) });

export const collaboratorListWire = listOf(z.object({ login: z.string().min(1), admin: flag }));
export const stageListWire = listOf(stageWire);

export const secretWire = z.object({
  name: z.string().min(1),
  pull_request: flag,
  pull_request_push: flag,
});
export const secretListWire = listOf(secretWire);

export const versionWire = z.object({ version: text });

/** Frame of an event stream: a repository with the build that moved. */
export const eventWire = repositoryWire.extend({ build: buildWire });
