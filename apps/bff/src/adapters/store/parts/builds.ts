import type { BuildHead } from '@flightdeck/api-client/model';
import type { BuildQuery, Store } from '../../../ports/store.ts';
import type { Parts } from './context.ts';
import { reachIn } from './reach.ts';
import { runnersIn } from './runners.ts';

/** Rows of one statement: SQLite takes 32,766 values, PostgreSQL 65,535; a row has 10. */
const BATCH = 500;
/** Values offered for a filter, those of the newest builds first. */
const CHOICES = 200;

export function buildsIn(parts: Parts): Store['builds'] {
  const { db } = parts;
  const heads = (server: string, repo: string) =>
    db.selectFrom('build_heads').where((eb) => eb.and({ server, forge_repo_id: repo }));

  async function choices(server: string, repo: string, column: 'branch' | 'author' | 'environment') {
    const rows = await heads(server, repo)
      .select(`${column} as value`)
      .where(column, 'is not', null)
      .where(column, '<>', '')
      .groupBy(column)
      .orderBy((eb) => eb.fn.max('number'), 'desc')
      .limit(CHOICES)
      .execute();
    return rows.map((row) => row.value).filter((value) => value !== null);
  }

  return {
    async put(server, repo, all) {
      for (let at = 0; at < all.length; at += BATCH) {
        const rows = uniqueByNumber(all.slice(at, at + BATCH)).map((head) => rowOf(server, repo, head));
        await db
          .insertInto('build_heads')
          .values(rows)
          // Streams bring snapshots whose version goes back: the older one must not replace what is known.
          .onConflict((c) =>
            c
              .columns(['server', 'forge_repo_id', 'number'])
              .doUpdateSet((eb) => ({
                status: eb.ref('excluded.status'),
                event: eb.ref('excluded.event'),
                branch: eb.ref('excluded.branch'),
                author: eb.ref('excluded.author'),
                environment: eb.ref('excluded.environment'),
                version: eb.ref('excluded.version'),
                body: eb.ref('excluded.body'),
              }))
              .where((eb) =>
                eb.or([
                  eb('excluded.version', '=', 0),
                  eb('excluded.version', '>=', eb.ref('build_heads.version')),
                ]),
              ),
          )
          .execute();
      }
    },

    async query(server, repo, query) {
      let rows = heads(server, repo).select('body');
      for (const [column, value] of filters(query)) rows = rows.where(column, '=', value);
      if (query.deploymentsOnly) rows = rows.where('environment', 'is not', null);
      if (query.before !== undefined) rows = rows.where('number', '<', query.before);
      const found = await rows.orderBy('number', 'desc').limit(query.limit).execute();
      return found.map(read);
    },

    async get(server, repo, number) {
      const row = await heads(server, repo).select('body').where('number', '=', number).executeTakeFirst();
      return row ? read(row) : null;
    },

    async neighbours(server, repo, number) {
      const { older, newer } = await db
        .selectNoFrom([
          heads(server, repo)
            .where('number', '<', number)
            .select((eb) => eb.fn.max('number').as('n'))
            .as('older'),
          heads(server, repo)
            .where('number', '>', number)
            .select((eb) => eb.fn.min('number').as('n'))
            .as('newer'),
        ])
        .executeTakeFirstOrThrow();
      return { older, newer };
    },

    async values(server, repo) {
      return {
        branches: await choices(server, repo, 'branch'),
        authors: await choices(server, repo, 'author'),
        environments: await choices(server, repo, 'environment'),
      };
    },

    async remove(server, repo, numbers) {
      for (let at = 0; at < numbers.length; at += BATCH) {
        await db
          .deleteFrom('build_heads')
          .where((eb) => eb.and({ server, forge_repo_id: repo }))
          .where('number', 'in', numbers.slice(at, at + BATCH))
          .execute();
      }
    },

    async clear(server, repo) {
      await db.transaction().execute(async (tx) => {
        for (const table of ['build_heads', 'index_reach'] as const) {
          await tx
            .deleteFrom(table)
            .where((eb) => eb.and({ server, forge_repo_id: repo }))
            .execute();
        }
      });
    },

    ...reachIn(parts),
    ...runnersIn(parts),
  };
}

function filters(query: BuildQuery) {
  const pairs = [
    ['branch', query.branch],
    ['event', query.event],
    ['status', query.status],
    ['author', query.author],
    ['environment', query.environment],
  ] as const;
  return pairs.flatMap(([column, value]) => (value === undefined ? [] : [[column, value] as const]));
}

/** One statement must not touch a row twice; the later of two snapshots with one version counts. */
function uniqueByNumber(heads: readonly BuildHead[]): BuildHead[] {
  const byNumber = new Map<number, BuildHead>();
  for (const head of heads) {
    const known = byNumber.get(head.number);
    if (!known || head.version === 0 || head.version >= known.version) byNumber.set(head.number, head);
  }
  return [...byNumber.values()];
}

function rowOf(server: string, repo: string, head: BuildHead) {
  return {
    server,
    forge_repo_id: repo,
    number: head.number,
    status: head.status,
    event: head.event,
    branch: head.branch,
    // Some forges name no login for an unknown committer.
    author: head.author.login || head.author.name,
    environment: head.environment || null,
    version: head.version,
    body: JSON.stringify(head),
  };
}

const read = (row: { body: string }): BuildHead => JSON.parse(row.body) as BuildHead;
