import type { StagePreview, Unreadable } from '@flightdeck/api-client/model';
import { parseAllDocuments } from 'yaml';
import type { PipelineReader, Trigger } from '../../../ports/ci-server.ts';
import { condition, matches } from '../conditions.ts';
import { isLiteral, pathMatches } from '../glob.ts';
import { type Fields, isFields, list, text } from '../yaml.ts';

/**
 * `.drone.yml` as Drone 2.25 evaluates it: `kind: pipeline` documents with `trigger`, steps with `when`.
 * A condition is a string, a list, or `{include, exclude}`; exclude wins, an empty include matches all.
 * Templates, Jsonnet and Starlark are generated on the server: no preview. Its converters go by the file's ending.
 */
export const dronePipelineReader: PipelineReader = {
  preview([file], trigger) {
    const { pipelines, fault } = read(file?.text ?? '', file?.name ?? '');
    if (fault) return { stages: null, ...fault };
    return { stages: pipelines.map((pipeline) => previewStage(pipeline, trigger)) };
  },

  environments([file]) {
    const found = new Set<string>();
    for (const pipeline of read(file?.text ?? '', file?.name ?? '').pipelines) {
      for (const conditions of [pipeline.trigger, ...steps(pipeline).map((step) => step.when)]) {
        for (const name of condition(conditions, 'target').include) if (isLiteral(name)) found.add(name);
      }
    }
    return [...found];
  },

  registryLines: (names) =>
    names.length === 0 ? null : ['image_pull_secrets:', ...names.map((name) => `  - ${name}`)].join('\n'),
};

interface Parsed {
  pipelines: Fields[];
  fault: { unreadable: Unreadable; raw: string | null } | null;
}

const without = (unreadable: Unreadable, raw: string | null = null): Parsed => ({
  pipelines: [],
  fault: { unreadable, raw },
});

const generated = /\.(jsonnet|star|starlark|script)$/i;

/** Reading YAML takes long, and whoever can push decides how long the file is. */
const MOST_BYTES = 256 * 1024;
/** A repository's builds mostly share one file; a list of deployments reads it for each of them. */
const KEEP = 20;
const kept = new Map<string, Parsed>();

function read(text: string, file: string): Parsed {
  if (generated.test(file)) return without('generated');
  if (Buffer.byteLength(text) > MOST_BYTES) return without('too-large', `> ${MOST_BYTES / 1024} KiB`);
  const known = kept.get(text);
  if (known) return known;
  const parsed = parse(text);
  kept.set(text, parsed);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEEP) break;
    kept.delete(oldest);
  }
  return parsed;
}

function parse(text: string): Parsed {
  try {
    return pipelinesIn(text);
  } catch (error) {
    // Aliases that multiply, or nesting that no stack can hold.
    return without('broken', error instanceof Error ? error.message : String(error));
  }
}

function pipelinesIn(content: string): Parsed {
  const pipelines: Fields[] = [];
  const documents = parseAllDocuments(content, { merge: true, logLevel: 'silent' });
  for (const document of 'empty' in documents ? [] : documents) {
    const error = document.errors[0];
    if (error) return without('broken', error.message.split('\n')[0] ?? null);
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (cause) {
      // More aliases than a sane file has: it may be made to grow without end.
      return without('broken', cause instanceof Error ? cause.message : String(cause));
    }
    if (!isFields(value)) continue;
    if (value.kind === 'template') return without('template', text(value.load) || null);
    if (value.kind === 'pipeline') pipelines.push(value);
  }
  if (pipelines.length === 0) return without('no-pipeline');
  return { pipelines, fault: null };
}

const checks = [
  ['event', (t: Trigger) => t.event],
  ['target', (t: Trigger) => t.environment ?? ''],
  ['branch', (t: Trigger) => t.branch],
  ['repo', (t: Trigger) => t.repo],
  ['ref', (t: Trigger) => t.ref],
  ['action', (t: Trigger) => t.action],
  ['cron', (t: Trigger) => t.cron ?? ''],
] as const;

/** Known, and told by nothing that is known here: the status is that of stages before it. */
function unsureOf(conditions: unknown, { instance }: Trigger): string[] {
  if (!isFields(conditions)) return [];
  const evaluated = new Set<string>(checks.map(([name]) => name));
  return Object.keys(conditions).filter((name) => {
    if (evaluated.has(name)) return false;
    const { include, exclude } = condition(conditions, name);
    if (include.length === 0 && exclude.length === 0) return false;
    // The server compares with its own host setting, which need not be the address that browsers use.
    if (name === 'instance') return !matches({ include, exclude }, instance) || exclude.length > 0;
    if (name === 'status') return !matches({ include, exclude }, 'success');
    return true;
  });
}

function previewStage(pipeline: Fields, trigger: Trigger): StagePreview {
  const excludedBy = excluder(pipeline.trigger, trigger);
  const previewed = steps(pipeline).map((step) => ({
    name: text(step.fields.name),
    runs: excludedBy === null && excluder(step.when, trigger) === null,
    names: names(step.when, trigger),
  }));
  const environmentFilter = condition(pipeline.trigger, 'target');
  const onlyFor = condition(pipeline.trigger, 'event').include;
  // Made for promotions of any target: no step of it is there by accident.
  const takesAny =
    environmentFilter.include.length === 0 &&
    onlyFor.length > 0 &&
    onlyFor.every((e) => e === 'promote' || e === 'rollback');
  return {
    name: text(pipeline.name) || 'default',
    runs: excludedBy === null,
    excludedBy,
    unsure: excludedBy === null ? unsureOf(pipeline.trigger, trigger) : [],
    namesTarget:
      excludedBy === null &&
      (names(pipeline.trigger, trigger) || takesAny || previewed.some((s) => s.runs && s.names)),
    dependsOn: list(pipeline.depends_on),
    steps: previewed.map(({ name, runs }) => ({ name, runs })),
  };
}

function excluder(conditions: unknown, trigger: Trigger): StagePreview['excludedBy'] {
  for (const [name, value] of checks) if (!matches(condition(conditions, name), value(trigger))) return name;
  return null;
}

const names = (conditions: unknown, trigger: Trigger): boolean =>
  trigger.environment !== null &&
  condition(conditions, 'target').include.some((pattern) => pathMatches(pattern, trigger.environment ?? ''));

function steps(pipeline: Fields): { fields: Fields; when: unknown }[] {
  const all = Array.isArray(pipeline.steps) ? pipeline.steps.filter(isFields) : [];
  return all.map((fields) => ({ fields, when: fields.when }));
}
