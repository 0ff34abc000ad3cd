/** What it takes to draw a screenful of a colourful log: the page's own rows beside bare ansi-to-html, in Chromium. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { against, median } from './figures.mjs';
import { note, root } from './processes.mjs';

const LIMIT = 1.5;
const ROWS = 60;
const CHUNK = 512;
const CHUNKS = 24;
/** Both programs have been compiled by then. */
const WARM_SCREENS = 20;
const where = { repo: 'acme/load-tests', build: 1, stage: 1, step: 1 };

export const ansiScreenRows = [['log-ansi-screen', 'ms', LIMIT]];

export async function ansiScreen(world, fresh) {
  await world.control('POST', '/steps/generate', { ...where, lines: CHUNK * CHUNKS });
  const lines = await linesOf(world);
  const script = await builtPage();
  const { ms, texts } = await fresh(async (page) => {
    await page.setContent('<!doctype html><title>Rows</title>');
    await page.addScriptTag({ content: script });
    return page.evaluate(([all, rows]) => globalThis.drawScreens(all, rows), [lines, ROWS]);
  });
  if (texts.console !== texts.bare || texts.console === '') throw new Error('the rows differ in their text');
  const [own, bare] = [ms.console, ms.bare].map((all) => median(all.slice(WARM_SCREENS)));
  note(`  ${ms.console.length} screens of ${ROWS} rows: ${own.toFixed(2)} ms, bare ${bare.toFixed(2)} ms`);
  return [against('log-ansi-screen', 'ms', own, bare, LIMIT)];
}

/** As the page has them: with the colours carried into each. */
async function linesOf(world) {
  const ask = async (rest) => {
    const answer = await fetch(
      `${world.url}/api/servers/drone/repositories/acme~load-tests/builds/1/stages/1/steps/1/log${rest}`,
      { headers: { cookie: `${world.session.name}=${world.session.value}` } },
    );
    if (!answer.ok) throw new Error(`${rest}: ${answer.status}`);
    return answer.json();
  };
  const { generation } = await ask('');
  const lines = [];
  for (let from = 0; from < CHUNK * CHUNKS; from += CHUNK) {
    const chunk = await ask(`/lines?generation=${generation}&from=${from}`);
    lines.push(...chunk.lines.map((line, at) => ({ ...line, carry: chunk.carry[at] ?? '' })));
  }
  return lines;
}

async function builtPage() {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-ansi-page-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    root: join(root, 'bench/ansi-page'),
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      lib: { entry: 'page.js', formats: ['iife'], name: 'rows' },
    },
  });
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.js'));
  return readFileSync(join(folder, file), 'utf8');
}
