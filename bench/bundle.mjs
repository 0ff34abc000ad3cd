/** What the browser must have before the first page can be drawn. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { within } from './figures.mjs';
import { note, root } from './processes.mjs';

const LIMIT_KB = 250;
const web = join(root, 'apps/web/dist');

export function entryBundle() {
  const html = readFileSync(join(web, 'index.html'), 'utf8');
  const files = new Set(
    [...html.matchAll(/<(script|link)\b[^>]*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => tag.startsWith('<script') || /rel="(modulepreload|stylesheet)"/.test(tag))
      .map((tag) => /(?:src|href)="\.\/([^"]+)"/.exec(tag)?.[1])
      .filter((file) => file !== undefined),
  );
  // A set that grows while it is walked: imports of imports come too.
  for (const file of files) {
    if (!file.endsWith('.js')) continue;
    for (const found of staticImports(read(file).toString())) {
      const path = join(file, '..', found);
      if (existsSync(join(web, path))) files.add(path);
    }
  }
  let bytes = 0;
  let packed = 0;
  for (const file of files) {
    const content = read(file);
    bytes += content.length;
    packed += gzipSync(content).length;
  }
  note(
    `entry bundle: ${files.size} files, ${(bytes / 1_000).toFixed(0)} KB, gzip ${(packed / 1_000).toFixed(0)} KB`,
  );
  return within('entry-bundle-gzip', 'KB', packed / 1_000, null, LIMIT_KB);
}

/** Chunks that a chunk cannot run without: not those in `import(…)`. */
export const staticImports = (code) =>
  [...code.matchAll(/\b(?:from|import)\s*["'](\.\.?\/[^"']+\.js)["']/g)].map(([, path]) => path);

const read = (file) => readFileSync(join(web, file));
