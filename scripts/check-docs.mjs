/**
 * Holds the documents to the program: every setting stands in docs/configuration.md with its variable and default and
 * no other does, the tables of docs/servers.md are as the adapters declare, commands named anywhere exist, relative links
 * lead to a file and a heading. A line per fault, code 1.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = [
  'README.md',
  'README.zh-CN.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...below('docs'),
  ...below('deploy'),
].filter((path) => path.endsWith('.md'));
const faults = [];

await settings();
stale();
for (const path of documents) {
  if (!existsSync(join(root, path))) {
    faults.push(`${path} is missing`);
    continue;
  }
  const text = readFileSync(join(root, path), 'utf8');
  commands(path, text);
  links(path, text);
}
for (const fault of faults) console.log(fault);
process.exit(faults.length === 0 ? 0 : 1);

/** The tables that the adapters' declarations make. */
function stale() {
  const table = fileURLToPath(new URL('servers-table.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [table, '--check'], { encoding: 'utf8' });
  if (status !== 0) faults.push((stdout || stderr).trim());
}

/** Rows `| name | variable | default | meaning |` against the schema the program reads its settings by. */
async function settings() {
  const page = 'docs/configuration.md';
  const load = (name) => tsImport(`../apps/bff/src/config/${name}.ts`, import.meta.url);
  const [{ settingsSchema, forgeSchema, serverSchema }, { leavesOf, snake, variableOf }] = [
    await load('schema'),
    await load('walk'),
  ];
  const inList = (list, prefix, schema) =>
    leavesOf(schema).map(({ path: [field = ''], byDefault }) => ({
      name: `${list}[].${field}`,
      // An entry's id is part of its variables' names.
      variable: field === 'id' ? null : `FLIGHTDECK_${prefix}_<ID>_${snake(field)}`,
      byDefault,
    }));
  const expected = [
    ...leavesOf(settingsSchema)
      .filter((leaf) => leaf.type !== 'objects')
      .map(({ path, byDefault }) => ({ name: path.join('.'), variable: variableOf(path), byDefault })),
    ...inList('forges', 'FORGE', forgeSchema),
    ...inList('servers', 'SERVER', serverSchema),
  ];
  const rows = new Map();
  for (const line of readFileSync(join(root, page), 'utf8').split('\n')) {
    const [, name, variable, byDefault, meaning] = line.split('|').map((cell) => cell.trim());
    const isRow = variable === '–' || /^`FLIGHTDECK_(?!CONFIG`|SANDBOX_|LIVE_)/.test(variable ?? '');
    if (isRow) rows.set(name, { variable, byDefault, meaning });
  }
  for (const { name, variable, byDefault } of expected) {
    const row = rows.get(`\`${name}\``);
    rows.delete(`\`${name}\``);
    if (!row) faults.push(`${page}: the setting ${name} is missing`);
    else if (row.variable !== (variable ? `\`${variable}\`` : '–')) {
      faults.push(`${page}: the variable of ${name} is ${variable}, not ${row.variable}`);
    } else if (!sameDefault(row.byDefault, byDefault)) {
      faults.push(`${page}: the default of ${name} is ${JSON.stringify(byDefault)}, not ${row.byDefault}`);
    } else if (!row.meaning) faults.push(`${page}: ${name} has no meaning`);
  }
  for (const name of rows.keys()) faults.push(`${page}: there is no setting ${name}`);
}

function sameDefault(said, byDefault) {
  if (byDefault === undefined) return said === '–' || said === 'required';
  if (Array.isArray(byDefault) && byDefault.length === 0) return said === 'none';
  return said === `\`${byDefault}\``;
}

/** `npm run x`, `npm test`, `npm start` and `node scripts/x.mjs`. */
function commands(path, text) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [, name] of text.matchAll(/\bnpm run ([\w:-]+)/g)) {
    if (!scripts[name]) faults.push(`${path}: there is no command npm run ${name}`);
  }
  for (const name of ['start', 'test']) {
    if (text.includes(`npm ${name}`) && !scripts[name])
      faults.push(`${path}: there is no command npm ${name}`);
  }
  for (const [file] of text.matchAll(/\bscripts\/[\w-]+\.mjs/g)) {
    if (!existsSync(join(root, file))) faults.push(`${path}: there is no ${file}`);
  }
}

function links(path, text) {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  const targets = [
    ...[...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target),
    ...[...text.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)].map(([, target]) => target),
  ];
  for (const target of targets) {
    if (/^[a-z]+:/i.test(target)) continue;
    const [file, heading] = target.split('#');
    const full = file ? resolve(root, dirname(path), file) : join(root, path);
    if (!existsSync(full)) faults.push(`${path}: the link ${target} leads nowhere`);
    else if (heading && full.endsWith('.md') && !headings(full).has(decodeURIComponent(heading))) {
      faults.push(`${path}: ${relative(root, full)} has no heading #${heading}`);
    }
  }
}

/** Anchors as forges make them of headings. */
function headings(file) {
  const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title
        .replace(/\]\([^)]*\)/g, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

function below(folder) {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start).flatMap((name) => {
    const path = `${folder}/${name}`;
    return statSync(join(root, path)).isDirectory() ? below(path) : [path];
  });
}
