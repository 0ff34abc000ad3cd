import { z } from 'zod';
import { dictionary, flag, listOf, text, whole, words } from '../wire-parts.ts';

/**
 * Drone 0.8's answers as they come; only what names a thing is demanded. Compared with recorded answers of 0.8.10. Times
 * are Unix seconds, 0 or absent = not set.
 */

const procFields = z.object({
  id: whole,
  pid: z.number().int().positive(),
  ppid: whole,
  name: text,
  state: text,
  error: text,
  exit_code: whole,
  start_time: whole,
  end_time: whole,
  machine: text,
  platform: text,
  environ: dictionary,
});
export type ProcWire = z.output<typeof procFields>;

/**
 * A tree in most answers, flat (with `ppid`) in those to a restart and a promotion (0.8.10), and in the event that a
 * pipeline began (source): read into one flat list.
 */
const procListWire = listOf(procFields.extend({ children: listOf(procFields).catch([]) }))
  .catch([])
  .transform((tops): ProcWire[] => tops.flatMap(({ children, ...top }) => [top, ...children]));

export const buildWire = z.object({
  number: z.number().int().positive(),
  parent: whole,
  event: text,
  status: text,
  error: text,
  created_at: whole,
  started_at: whole,
  finished_at: whole,
  deploy_to: text,
  commit: text,
  branch: text,
  ref: text,
  refspec: text,
  title: text,
  message: text,
  author: text,
  author_avatar: text,
  procs: procListWire,
});
export type BuildWire = z.output<typeof buildWire>;
export const buildListWire = listOf(buildWire);

/** A build with its repository, and less told of it: no parent, no environment. `number` is absent where there is none. */
const feedItemWire = buildWire.extend({ full_name: z.string().min(3), number: whole });
export const feedWire = listOf(feedItemWire);

export const repositoryWire = z.object({
  full_name: z.string().min(3),
  default_branch: text,
  timeout: whole,
  /** Empty on what was never activated. */
  visibility: text,
  private: flag,
  trusted: flag,
  gated: flag,
  active: flag,
  allow_pr: flag,
  allow_push: flag,
  allow_deploys: flag,
  allow_tags: flag,
  last_build: whole,
  config_file: text,
});
export type RepositoryWire = z.output<typeof repositoryWire>;
export const repositoryListWire = listOf(repositoryWire);

export const userWire = z.object({ login: z.string().min(1), admin: flag });

/** Without `data`: the compiled pipeline, secrets in clear (0.8.10). */
const taskWire = z.object({ id: text, labels: dictionary });
export type TaskWire = z.output<typeof taskWire>;
export const queueWire = z.object({ pending: listOf(taskWire), running: listOf(taskWire) });

/** No event at all means every event (source). */
export const secretWire = z.object({ name: z.string().min(1), event: words });
export const secretListWire = listOf(secretWire);

export const versionWire = z.object({ version: text });

/** Frame of the event stream. Beside these a `proc` of zeros, and a `type` that is only set when a build was made. */
export const eventWire = z.object({ repo: repositoryWire, build: buildWire });
