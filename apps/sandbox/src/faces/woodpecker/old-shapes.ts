/**
 * The JSON of 2.8 made from that of 3.17 by the documented differences (names with `_at`, fields that came later). Not
 * recorded: told from the documentation and the source at that tag (2.8.3).
 */
type Shape = Record<string, unknown>;

/** Takes away the named keys and gives others new names, in place. */
function changed(shape: object, without: readonly string[], names: Record<string, string> = {}): Shape {
  const result: Shape = {};
  for (const [key, value] of Object.entries(shape)) {
    if (value === undefined || without.includes(key)) continue;
    result[names[key] ?? key] = value;
  }
  return result;
}

const part = { started: 'start_time', finished: 'end_time' };

const list = (value: unknown): Shape[] => (Array.isArray(value) ? value : []);

export function oldPipeline(shape: object): Shape {
  const without = ['event_reason', 'cancel_info', 'cron', 'version', 'rerun_count', 'tag_title'];
  const old = changed(shape, without, {
    created: 'created_at',
    updated: 'updated_at',
    started: 'started_at',
    finished: 'finished_at',
    reviewed: 'reviewed_at',
  });
  if ('workflows' in old)
    old.workflows = list(old.workflows).map((workflow) => {
      const own = changed(workflow, [], part);
      own.children = list(own.children).map((step) => changed(step, [], part));
      return own;
    });
  return old;
}

export function oldRepo(shape: object): Shape {
  const old: Shape = {};
  for (const [key, value] of Object.entries(shape)) {
    if (value === undefined || /_extension_|^approval_allowed_users$|^last_pipeline$/.test(key)) continue;
    if (key === 'trusted') old.trusted = Object.values(value as object).some(Boolean);
    else if (key === 'netrc_trusted') old.netrc_only_trusted = true;
    else old[key] = value;
    if (key === 'default_branch') old.scm = 'git';
  }
  return old;
}

export const oldFeed = (shape: object): Shape =>
  changed(shape, ['tag_title', 'full_name'], {
    created: 'created_at',
    started: 'started_at',
    finished: 'finished_at',
  });

export const oldSecret = (shape: object): Shape => changed(shape, ['note']);

export const oldCron = (shape: object): Shape =>
  changed(shape, ['timezone', 'enabled', 'variables'], { created: 'created_at' });

export const oldAgent = (shape: object): Shape => changed(shape, ['custom_labels', 'org_id']);

export const oldUser = (shape: object): Shape => changed(shape, ['forge_remote_id', 'admin_env']);

/** Of its pipeline and repository it tells nothing but the label `repo`; its id is that of the workflow. */
export const oldTask = (shape: object): Shape => ({
  ...changed(shape, [
    'pid',
    'name',
    'pipeline_id',
    'repo_id',
    'concurrency_limit',
    'concurrency_group',
    'created',
    'pipeline_number',
    'agent_name',
  ]),
  data: '',
});
