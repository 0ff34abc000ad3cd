import type { WpAgentRow, WpCron, WpPipeline, WpRepo, WpSecret, WpUser } from '../../woodpecker/model.ts';
import type { WpServer } from '../../woodpecker/server.ts';
import type { ForgeRepository } from '../../world/model.ts';
import * as old from './old-shapes.ts';
import { repoShape, unknownRepoShape } from './repo-shape.ts';
import * as shapes from './shapes.ts';

const as = (server: WpServer, shape: object, older: (shape: object) => object): object =>
  server.isOld ? older(shape) : shape;

/** Rows as the server's version writes them. */
export const wire = {
  pipeline: (server: WpServer, pipeline: WpPipeline, how?: { raw?: boolean; workflows?: boolean }) =>
    as(server, shapes.pipelineShape(pipeline, how), old.oldPipeline),
  repo: (server: WpServer, repo: WpRepo, last?: object) =>
    as(server, repoShape(server, repo, last), old.oldRepo),
  unknownRepo: (server: WpServer, repo: ForgeRepository) =>
    as(server, unknownRepoShape(server, repo), old.oldRepo),
  feed: (server: WpServer, pipeline: WpPipeline, raw = false) => {
    const { owner, name } = server.repoOf(pipeline);
    return as(server, shapes.feedShape(pipeline, `${owner}/${name}`, raw), old.oldFeed);
  },
  secret: (server: WpServer, secret: WpSecret) => as(server, shapes.secretShape(secret), old.oldSecret),
  cron: (server: WpServer, cron: WpCron) => as(server, shapes.cronShape(cron), old.oldCron),
  agent: (server: WpServer, row: WpAgentRow) =>
    as(server, shapes.agentShape(row, server.seconds(), server.release), old.oldAgent),
  user: (server: WpServer, user: WpUser, listed = false) =>
    as(server, shapes.userShape(user, listed), old.oldUser),
  task: (server: WpServer, task: object) => as(server, task, old.oldTask),
};
