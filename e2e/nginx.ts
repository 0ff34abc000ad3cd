import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { listens, type Program, root, run } from './processes.ts';

/** Ports of what lies behind it. */
export interface Behind {
  ci: number;
  git: number;
  woodpecker: number;
}

/** A real nginx before everything, configured by the example of the documents. */
export interface Nginx {
  start: () => Promise<void>;
  /** The program ends and its connections with it. */
  stop: () => Promise<void>;
  /** What it was asked, a line each: `GET /ci/ 200`. */
  asked: () => string[];
  /** The certificate it shows, which is its own authority; null over plain http. */
  certificate: string | null;
}

/** Why there can be none here; null when there can. */
export function nginxMissing(https: boolean): string | null {
  if (!findNginx()) return 'no nginx here, and none could be fetched (NGINX_PATH names one)';
  return https && !works('openssl', ['version']) ? 'no openssl here to make a certificate with' : null;
}

let looked: string | null | undefined;

/** NGINX_PATH, one of the system, the one fetched before, Debian's package unpacked beside the tree. */
function findNginx(): string | null {
  looked ??= [process.env.NGINX_PATH, 'nginx', '/usr/sbin/nginx', fetched()].find(isNginx) ?? fetchNginx();
  return looked;
}

const works = (command: string, args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
const isNginx = (path: string | undefined): path is string => Boolean(path) && works(path ?? '', ['-v']);
const cache = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'flightdeck');
const fetched = () => join(cache(), 'nginx/usr/sbin/nginx');

/** By apt, without installing anything: the package alone needs libraries that every Debian has. */
function fetchNginx(): string | null {
  if (process.platform !== 'linux') return null;
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-nginx-'));
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-q', ...args], { cwd: folder, stdio: 'ignore', timeout: 60_000 });
  try {
    try {
      apt('download', 'nginx');
    } catch {
      // Lists that were never read, or are old.
      apt('update');
      apt('download', 'nginx');
    }
    execFileSync('sh', ['-c', 'dpkg -x nginx_*.deb unpacked'], {
      cwd: folder,
      stdio: 'ignore',
      timeout: 60_000,
    });
    mkdirSync(cache(), { recursive: true });
    // Another worker may have been faster.
    if (!existsSync(fetched())) renameSync(join(folder, 'unpacked'), join(cache(), 'nginx'));
    return isNginx(fetched()) ? fetched() : null;
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes its configuration in `folder`, for an address on this machine, and starts it there. */
export async function startNginx(
  folder: string,
  { https, port, behind }: { https: boolean; port: number; behind: Behind },
): Promise<Nginx> {
  const path = findNginx();
  if (!path) throw new Error('There is no nginx.');
  mkdirSync(folder, { recursive: true });
  const certificate = https ? makeCertificate(folder) : null;
  const site = siteOf(readFileSync(join(root, 'deploy/nginx-one-host.conf'), 'utf8'), {
    ...{ port, behind, certificate },
  });
  writeFileSync(join(folder, 'site.conf'), site);
  const log = join(folder, 'access.log');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    [
      'daemon off;',
      'master_process off;',
      `pid ${folder}/nginx.pid;`,
      'events {}',
      'http {',
      "  log_format short '$request_method $request_uri $status';",
      `  access_log ${log} short;`,
      ...temporary,
      `  include ${folder}/site.conf;`,
      '}\n',
    ].join('\n'),
  );
  let program: Program | null = null;
  const start = async () => {
    program = run(['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], {}, path);
    await listens(port, program);
  };
  await start();
  return {
    start,
    stop: async () => program?.stop(),
    asked: () => readFileSync(log, 'utf8').trim().split('\n'),
    certificate,
  };
}

/** Replaces in the example what everybody has to replace, each exactly where it stands. */
function siteOf(
  example: string,
  { port, behind, certificate }: { port: number; behind: Behind; certificate: string | null },
): string {
  const changes: [RegExp, string][] = [
    // One port is all there is: nobody comes by another.
    [/^server \{\n {2}listen 80;[^}]*\}\n/m, ''],
    [/listen 443 ssl;/, `listen 127.0.0.1:${port}${certificate ? ' ssl' : ''};`],
    [/server_name dev\.example\.com;/, 'server_name localhost;'],
    [/ssl_certificate \S+;/, certificate ? `ssl_certificate ${certificate};` : ''],
    [/ssl_certificate_key \S+;/, certificate ? `ssl_certificate_key ${certificate}.key;` : ''],
    [/127\.0\.0\.1:8080;/, `127.0.0.1:${behind.ci};`],
    [/127\.0\.0\.1:3000\/;/, `127.0.0.1:${behind.git}/;`],
    [/127\.0\.0\.1:8000;/, `127.0.0.1:${behind.woodpecker};`],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`deploy/nginx-one-host.conf has no ${from}`);
    return text.replace(from, to);
  }, example);
}

/** For localhost, signed by itself; the key beside it. */
function makeCertificate(folder: string): string {
  const file = join(folder, 'localhost.pem');
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    `${file}.key`,
  ];
  const what = [
    '-out',
    file,
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
  ];
  execFileSync('openssl', ['req', '-x509', ...key, ...what], { stdio: 'ignore', timeout: 30_000 });
  return file;
}
