/**
 * Writes the tables of docs/servers.md: what each product declares, version by version. `--check` writes nothing and
 * fails when the page is stale (check-docs.mjs does it with every run).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const page = fileURLToPath(new URL('../docs/servers.md', import.meta.url));
const load = (path) => tsImport(`../${path}`, import.meta.url);

/** What is said of each capability; the first words of a line in the table. */
const words = {
  sync: 'Reads a person’s list of repositories from the forge when asked',
  'late-activation': 'Must know a repository before it can be activated',
  'whole-list': 'Shows its administrators every repository',
  'take-ownership': 'Takes the ownership of a repository',
  repair: 'Makes the webhook anew',
  settings: 'Changes the settings of a repository',
  'start-build': 'Starts a build of a branch',
  'start-commit': '… at any commit of it',
  debug: 'Starts builds for debugging',
  'restart-with-parameters': 'Restarts with parameters',
  'parameters-kept': 'Shows the parameters of restarts and promotions afterwards',
  'parent-named': 'A restart names the build it repeats',
  'cancel-waiting': 'Cancels what no runner has taken yet',
  promote: 'Promotes a build to an environment',
  'rollback-event': 'Knows a rollback as an event of its own',
  'rejects-unmatched': 'Makes no build of a promotion that nothing takes',
  'starter-named': 'Records who restarted or promoted',
  'files-kept': 'Repeats a build with the pipeline files it was made from, and shows them',
  approval: 'Holds builds for approval',
  'approve-stages': '… stage by stage',
  'restart-held': 'Restarts a held build, which then runs unapproved',
  'log-while-running': 'Hands out a step’s stored log while it runs',
  secrets: 'Secrets of a repository',
  'native-registries': 'Registry credentials of its own (else a secret carries them)',
  'one-click-link': 'Links an account with one click, where its sign-in is pointed at the console',
};

/** Every kind of the configuration with the versions that differ. */
const products = [
  { kind: 'drone', version: '2.25.0', title: 'Drone 2' },
  { kind: 'drone', version: '1.10.1', title: 'Drone 1.10' },
  { kind: 'drone-0.8', version: '0.8.9', title: 'Drone 0.8' },
  { kind: 'woodpecker', version: '3.17.0', title: 'Woodpecker 3' },
  { kind: 'woodpecker', version: '2.8.3', title: 'Woodpecker 2.8' },
];

const { text, faults } = await tables();
if (faults.length > 0) {
  for (const fault of faults) console.log(fault);
  process.exit(1);
}
const written = readFileSync(page, 'utf8');
const fresh = written.replace(
  /(<!-- made by scripts\/servers-table\.mjs -->\n)[\s\S]*(<!-- end -->)/,
  (_, begin, end) => `${begin}\n${text}\n${end}`,
);
if (process.argv.includes('--check')) {
  if (fresh === written) process.exit(0);
  console.log('docs/servers.md is stale: run `node scripts/servers-table.mjs`');
  process.exit(1);
}
writeFileSync(page, fresh);

async function tables() {
  const [{ ciCatalog }, { forgeCatalog }, { capabilitySchema }, { systemClock }] = [
    await load('apps/bff/src/adapters/ci/catalog.ts'),
    await load('apps/bff/src/adapters/forge/catalog.ts'),
    await load('packages/api-client/src/model/index.ts'),
    await load('apps/bff/src/ports/clock.ts'),
  ];
  const faults = [
    ...Object.keys(ciCatalog)
      .filter((kind) => !products.some((product) => product.kind === kind))
      .map((kind) => `scripts/servers-table.mjs has no product for the kind ${kind}`),
    ...capabilitySchema.options
      .filter((capability) => !words[capability])
      .map((capability) => `scripts/servers-table.mjs has no words for ${capability}`),
    ...Object.keys(words)
      .filter((capability) => !capabilitySchema.options.includes(capability))
      .map((capability) => `scripts/servers-table.mjs has words for ${capability}, which is none`),
  ];
  if (faults.length > 0) return { text: '', faults };
  const common = { name: 'x', publicUrl: 'http://x', forge: 'git', clock: systemClock };
  const declared = [];
  for (const product of products) {
    const told = await answering({ version: product.version });
    const server = ciCatalog[product.kind]({
      ...{ ...common, id: 'x', internalUrl: told.url, oneClickLink: true },
    });
    await server.probe();
    told.close();
    declared.push({ ...product, server, declaration: server.declaration });
  }
  const forges = Object.entries(forgeCatalog).map(([kind, make]) => ({
    kind,
    forge: make({ ...common, id: 'x', internalUrl: 'http://x', clientId: 'x', clientSecret: 'x' }),
  }));
  return { text: `${servers(declared)}\n\n${signIns(forges)}\n`, faults };
}

function servers(all) {
  const row = (title, cell) => `| ${title} | ${all.map(cell).join(' | ')} |`;
  return [
    '### CI servers',
    '',
    row('', ({ title }) => title),
    row('---', () => '---').replaceAll(' --- ', '---'),
    row('`kind` in the configuration', ({ kind }) => `\`${kind}\``),
    ...Object.entries(words).map(([capability, sentence]) =>
      row(sentence, ({ declaration }) => (declaration.capabilities.includes(capability) ? 'yes' : '–')),
    ),
    row('Approving needs', ({ declaration }) => declaration.approveNeeds),
    row('Secrets need', ({ declaration }) => declaration.secretsNeed),
    row('Settings for its administrators alone', ({ declaration }) =>
      declaration.administratorSettings.map((name) => `\`${name}\``).join(', '),
    ),
    row('A secret’s value may have', ({ declaration }) => bytes(declaration.secrets.maxValueBytes)),
    row('A step’s log may have', ({ declaration }) =>
      declaration.logLimitBytes === null
        ? 'no limit known'
        : `${bytes(declaration.logLimitBytes)}, the ${declaration.logLimitKeeps} are kept`,
    ),
    row('Live log for a late viewer', ({ declaration }) =>
      declaration.liveHistory === null ? 'whole' : `the last ${count(declaration.liveHistory)} records`,
    ),
    row('Segments of a repository’s path', ({ declaration }) =>
      declaration.pathSegments === undefined ? 'as the forge’s' : String(declaration.pathSegments),
    ),
    row('Pipeline file', ({ declaration }) => `\`${declaration.defaultPipelineFile}\``),
    row('A person’s token is found at', ({ server }) => `\`${server.tokenPageUrl.replace('http://x', '')}\``),
  ].join('\n');
}

function signIns(all) {
  const row = (title, cell) => `| ${title} | ${all.map(cell).join(' | ')} |`;
  return [
    '### Forges',
    '',
    row('', ({ forge }) => forge.product),
    row('---', () => '---').replaceAll(' --- ', '---'),
    row('`kind` in the configuration', ({ kind }) => `\`${kind}\``),
    row('Sign-in by its own page (OAuth)', ({ forge }) =>
      forge.oauth ? `yes, scope \`${forge.oauth.scope.join(' ')}\`` : '–',
    ),
    row('Sign-in by an access token, or a password used once', ({ forge }) =>
      forge.credentials ? 'yes' : '–',
    ),
  ].join('\n');
}

/** In the unit in which it is round. */
function bytes(number) {
  if (number % 1_000_000 === 0) return `${number / 1_000_000} MB`;
  const [unit, name] = number >= 1_048_576 ? [1_048_576, 'MiB'] : [1_024, 'KiB'];
  return number % unit === 0 ? `${number / unit} ${name}` : `${count(number)} bytes`;
}

function count(number) {
  return number.toLocaleString('en');
}

/** A server on loopback that says one thing. */
async function answering(value) {
  const http = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(value));
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${http.address().port}`, close: () => http.close() };
}
