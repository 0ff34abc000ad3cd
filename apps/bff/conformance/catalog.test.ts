import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folders = (path: string) =>
  readdirSync(at(path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** Products of a catalog: its lines `<kind>: <factory>,`, each with the folder that its factory comes from. */
function linesOf(catalog: string): { kind: string; folder: string }[] {
  const text = readFileSync(at(catalog), 'utf8');
  const origins = [...text.matchAll(/^import \{([^}]+)\} from '\.\/([a-z0-9.-]+)\/[a-z-]+\.ts';$/gm)];
  return [...text.matchAll(/^ {2}'?([a-z0-9.-]+)'?: (create[a-zA-Z0-9]+),$/gm)].map(([, kind, factory]) => {
    const names = (list: string) => list.split(',').map((name) => name.trim());
    const folder = origins.find(([, list]) => names(list ?? '').includes(factory ?? ''))?.[2];
    return { kind: kind ?? '', folder: folder ?? `nowhere: ${factory}` };
  });
}

describe.each([
  ['ci', 'ci-server', 'describeCiServer('],
  ['forge', 'forge', 'describeForge('],
])('adapters/%s', (side, suite, call) => {
  const vendors = folders(`../src/adapters/${side}`);
  const lines = linesOf(`../src/adapters/${side}/catalog.ts`);

  test('has a line in its catalog for every folder, and a folder for every line', () => {
    expect(vendors.length).toBeGreaterThan(0);
    expect([...new Set(lines.map(({ folder }) => folder))].sort()).toEqual(vendors);
  });

  test.each(vendors)('%s says what it is', (vendor) => {
    expect(existsSync(at(`../src/adapters/${side}/${vendor}/README.md`))).toBe(true);
  });

  test.each(lines.map(({ kind }) => kind))('%s runs the conformance suite', (kind) => {
    expect(readFileSync(at(`./${suite}.${kind}.test.ts`), 'utf8')).toContain(call);
  });
});
