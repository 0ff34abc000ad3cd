/** A build asked for through the console, beside the same build asked for directly. */
import { Agent, request } from 'node:http';
import { addedTo, quantile } from './figures.mjs';
import { note } from './processes.mjs';

const LIMIT = 1.5;
/** Until the programs are compiled as hot as they get: fewer leave the first seconds after a start in the figure. */
const WARM = 2_000;
const PAIRS = 1_000;
const repo = 'acme/checkout';

export async function proxiedGet(world) {
  const number = await newestEnded(world);
  const through = caller(
    `${world.url}/api/servers/drone/repositories/${repo.replace('/', '~')}/builds/${number}`,
    { cookie: `${world.session.name}=${world.session.value}` },
  );
  const direct = caller(`${world.drone}/api/repos/${repo}/builds/${number}`, {
    authorization: `Bearer ${world.serviceToken}`,
  });
  const times = { through: [], direct: [] };
  try {
    // In turn, so that a moment in which the machine is busy falls on both.
    for (let pair = 0; pair < WARM + PAIRS; pair += 1) {
      const [a, b] = [await direct.call(), await through.call()];
      if (JSON.parse(a.body).number !== number || JSON.parse(b.body).build.number !== number)
        throw new Error('another build was answered');
      if (pair < WARM) continue;
      times.direct.push(a.ms);
      times.through.push(b.ms);
    }
  } finally {
    direct.close();
    through.close();
  }
  for (const [name, values] of Object.entries(times)) note(`  ${name}: ${spread(values)}`);
  const value = quantile(times.through, 0.5);
  return addedTo('proxied-get-p50', 'ms', value, quantile(times.direct, 0.5), LIMIT);
}

const spread = (values) =>
  [0.1, 0.5, 0.9, 0.99].map((q) => `p${q * 100} ${quantile(values, q).toFixed(2)} ms`).join(', ');

/** A build that has stages and does not change any more. */
async function newestEnded(world) {
  const repositories = await world.control('GET', '/state');
  const builds = repositories.find(({ slug }) => slug === repo)?.builds ?? [];
  const found = builds.find(({ status }) => status === 'success' || status === 'failure');
  if (!found) throw new Error(`${repo} has no build that ended`);
  return found.number;
}

/** One connection, kept; a call at a time. `ms`: until the last byte of the answer. */
function caller(address, headers) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = () =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const sent = request(
        address,
        { agent, headers: { accept: 'application/json', ...headers } },
        (answer) => {
          const parts = [];
          answer.on('data', (part) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            const ms = performance.now() - began;
            const body = Buffer.concat(parts).toString();
            if (answer.statusCode === 200) resolve({ ms, body });
            else reject(new Error(`${address}: ${answer.statusCode} ${body.slice(0, 300)}`));
          });
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  return { call, close: () => agent.destroy() };
}
