/**
 * Checks the arrows of the house and that the check itself can see: a planted violation must be found.
 * Prints one line per fault; exit code 1 when there is one.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { forbidden } from './architecture-rules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

async function violations(paths) {
  const result = await cruise(paths, {
    ruleSet: { forbidden },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|recordings|test-results)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types'],
    },
  });
  if (result.output.summary.totalCruised < 20)
    throw new Error('The checker read almost nothing: its parser is missing.');
  return result.output.summary.violations.map((v) => `${v.rule.name}: ${v.from} → ${v.to}`);
}

/** Vendor words live only where vendors live. */
function vendorWords() {
  const words = /\b(drone|woodpecker|gitea|forgejo|gitlab|gogs)\b/i;
  const allowed =
    /\/(adapters|conformance|recordings|locales|dist|node_modules)\/|\/(compose|config)(\.|\/|-)|\.test\.tsx?$|\.md$|\/testing\//;
  const faults = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (allowed.test(`${path}/`) || allowed.test(path)) continue;
      if (statSync(path).isDirectory()) walk(path);
      else if (/\.tsx?$/.test(name)) {
        readFileSync(path, 'utf8')
          .split('\n')
          .forEach((line, index) => {
            const code = line.replace(/^\s*(\*|\/\/|\/\*).*$/, '').replace(/\/\/.*$/, '');
            if (words.test(code))
              faults.push(`vendor-word: ${relative(root, path)}:${index + 1}: ${line.trim()}`);
          });
      }
    }
  };
  for (const folder of ['apps/bff/src', 'apps/web/src', 'packages/api-client/src']) walk(join(root, folder));
  return faults;
}

/** Only `config.ts` reads the environment; only the clock port tells time where waiting is done. */
function environmentReaders() {
  const faults = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (/\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !/\/config(\.ts|\/)/.test(path)) {
        if (/process\.env/.test(readFileSync(path, 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '')))
          faults.push(`environment: ${relative(root, path)} reads process.env`);
      }
    }
  };
  walk(join(root, 'apps/bff/src'));
  return faults;
}

const faults = [
  ...(await violations(['apps/web/src', 'apps/bff', 'packages/api-client/src'])),
  ...vendorWords(),
  ...environmentReaders(),
];

const plant = mkdtempSync(join(root, 'apps/bff/src/services/planted-'));
try {
  writeFileSync(
    join(plant, 'violation.ts'),
    "import { createGiteaForge } from '../../adapters/forge/gitea/adapter.ts';\nexport const planted = createGiteaForge;\n",
  );
  const found = await violations(['apps/bff']);
  if (!found.some((line) => line.includes('planted-')))
    faults.push('blind: the planted violation was not found');
} finally {
  rmSync(plant, { recursive: true, force: true });
}

for (const line of faults) console.log(line);
console.log(
  faults.length === 0
    ? 'architecture: every arrow points the right way (a planted violation was found)'
    : `architecture: ${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);
