import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folders = (path: string) =>
  readdirSync(at(path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** Vendors in a catalog: its lines `<kind>: <factory>,`. */
const linesOf = (catalog: string) =>
  [...readFileSync(at(catalog), 'utf8').matchAll(/^ {2}([a-z]+): [a-zA-Z]+,$/gm)]
    .map((match) => match[1])
    .sort();

describe.each([
  ['ci', 'ci-server', 'describeCiServer('],
  ['forge', 'forge', 'describeForge('],
])('adapters/%s', (side, suite, call) => {
  const vendors = folders(`../src/adapters/${side}`);

  test('has a line in its catalog for every folder, and a folder for every line', () => {
    expect(vendors.length).toBeGreaterThan(0);
    expect(linesOf(`../src/adapters/${side}/catalog.ts`)).toEqual(vendors);
  });

  test.each(vendors)('%s runs the conformance suite and says what it is', (vendor) => {
    expect(readFileSync(at(`./${suite}.${vendor}.test.ts`), 'utf8')).toContain(call);
    expect(existsSync(at(`../src/adapters/${side}/${vendor}/README.md`))).toBe(true);
  });
});
