/** `npm run dev`: the same with sources watched. The page is served by Vite, which hands `/api` and `/auth` to the BFF. */
import { join } from 'node:path';
import {
  announce,
  answers,
  configured,
  freePort,
  root,
  sandboxConfig,
  start,
  startSandbox,
} from './launch.mjs';

const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
const port = await freePort(8080);
const webPort = await freePort(5173);
const publicUrl = `http://localhost:${webPort}`;

let sandbox = null;
let env = {};
if (!configured()) {
  // Not watched: a restart would forget the world one is looking at.
  sandbox = await startSandbox([tsx, 'apps/sandbox/src/main.ts'], publicUrl);
  env = sandboxConfig(sandbox, { publicUrl, port });
}
start([tsx, 'watch', '--clear-screen=false', 'src/main.ts'], {
  cwd: join(root, 'apps/bff'),
  env: { FLIGHTDECK_LISTEN_PORT: String(port), FLIGHTDECK_WEB_DIR: join(root, 'apps/web'), ...env },
});
await answers(`http://127.0.0.1:${port}/healthz`);
start(
  [
    join(root, 'node_modules/vite/bin/vite.js'),
    '--port',
    String(webPort),
    '--strictPort',
    '--host',
    'localhost',
  ],
  {
    cwd: join(root, 'apps/web'),
    env: { FLIGHTDECK_DEV_BFF: `http://127.0.0.1:${port}` },
  },
);
if (sandbox) announce(publicUrl, sandbox);
