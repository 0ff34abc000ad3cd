/** `npm start`: the console, and the sandbox when no real servers are configured. `scripts/setup.mjs` ran before. */
import { announce, answers, configured, freePort, sandboxConfig, start, startSandbox } from './launch.mjs';
import { say } from './say.mjs';

const bff = ['apps/bff/dist/main.js'];

if (configured()) {
  start(bff, { env: { NODE_ENV: 'production' } });
} else {
  say('No forge is configured: starting the sandbox…', '尚未配置代码托管，正在启动沙盒……');
  const port = await freePort(Number(process.env.FLIGHTDECK_LISTEN_PORT) || 8300);
  const publicUrl = process.env.FLIGHTDECK_PUBLIC_URL || `http://localhost:${port}`;
  const sandbox = await startSandbox(['apps/sandbox/dist/main.js'], publicUrl);
  const env = sandboxConfig(sandbox, { publicUrl, port });
  start(bff, {
    env: { NODE_ENV: 'production', FLIGHTDECK_LOG_LEVEL: process.env.FLIGHTDECK_LOG_LEVEL || 'warn', ...env },
  });
  await answers(`http://127.0.0.1:${port}${new URL(publicUrl).pathname.replace(/\/$/, '')}/healthz`);
  announce(publicUrl, sandbox);
}
