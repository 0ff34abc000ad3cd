import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const below = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /\.ts$/.test(name))
    .map((name) => read(join(folder, name)));

it.each([
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
])('%s has the two commands, how to connect real servers, and pictures in its language', (path, language) => {
  const text = read(path);
  for (const needed of [
    /^npm start\b/m,
    /^npm test\b/m,
    /FLIGHTDECK_CONFIG=/,
    /\/auth\/forge\/gitea\/callback/,
    /DRONE_GITEA_REDIRECT_URL=\S+\/auth\/server\/drone\/callback/,
    /Confidential Client|机密客户端/,
    /internalUrl/,
  ])
    expect(text).toMatch(needed);
  const pictures = [...text.matchAll(/docs\/images\/[\w-]+\.(en|zh)\.\w+\.png/g)];
  expect(pictures.filter((found) => found[1] === language).length).toBeGreaterThanOrEqual(6);
  for (const [picture] of pictures) {
    expect(readFileSync(join(root, picture)).subarray(1, 4).toString()).toBe('PNG');
  }
});

it('CONTRIBUTING names every variable of the suites against real servers', () => {
  const text = read('CONTRIBUTING.md');
  const named = new Set(
    [...below('e2e'), read('playwright.config.ts')].flatMap((code) =>
      [...code.matchAll(/\bE2E_[A-Z]+/g)].map(([name]) => name),
    ),
  );
  for (const file of ['forge/live.ts', 'ci-server/live.ts']) {
    const code = read(`apps/bff/conformance/${file}`);
    const asked = [...code.matchAll(/\b(?:env|setting)\('([A-Z_]+)'\)/g)].map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(3);
    // Rows name several of a kind as `…_NAME`.
    for (const name of asked)
      expect(text).toMatch(new RegExp(`FLIGHTDECK_LIVE_[A-Z]+_${name}\\b|…_${name}\``));
  }
  expect([...named].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  expect(named.size).toBeGreaterThan(3);
});

it('every decision stands in the list of decisions', () => {
  const list = read('docs/decisions/README.md');
  const records = readdirSync(join(root, 'docs/decisions')).filter((name) => name !== 'README.md');
  expect(records.length).toBeGreaterThan(5);
  expect(records.filter((name) => !list.includes(`(${name})`))).toEqual([]);
});

it('what people use today is compared row by row', () => {
  const rows = read('docs/peers.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows.length).toBeGreaterThanOrEqual(13);
  for (const cells of rows) {
    expect(cells).toHaveLength(6);
    expect(cells.slice(1, 5).every((cell) => cell.length > 1)).toBe(true);
  }
});

it('CI runs npm test; the licence is there; the lock file stays without a registry', () => {
  expect(read('.ci/run')).toMatch(/^exec npm test$/m);
  expect(statSync(join(root, '.ci/run')).mode & 0o111).toBe(0o111);
  expect(read('LICENSE')).toContain(JSON.parse(read('package.json')).license);
  expect(read('CHANGELOG.md')).toMatch(/^## /m);
  expect(read('.npmrc')).toMatch(/^omit-lockfile-registry-resolved=true$/m);
});
