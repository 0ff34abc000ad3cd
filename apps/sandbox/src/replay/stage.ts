import { setImmediate as turn } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { recordedEpoch } from '../seed/recorded.ts';
import type { WoodpeckerInstance } from '../servers/woodpecker.ts';
import type { ForgeRepository } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { type Answer, ask, type RawStream } from './http.ts';
import type { Exchange } from './recording.ts';

/** Lists give their own beginning in seconds after this moment (Unix ms). */
export const EPOCH = recordedEpoch;

export type ServerName = 'gitea' | 'drone' | 'drone-0.8' | 'woodpecker';

/** Where a list is played: a world that stands still but for `advanceTo`, and the open ports of its servers. */
export interface Stage {
  world: World;
  core: Core;
  /** Where the servers really listen; the addresses in their answers are the recorded ones. */
  ports: Record<ServerName, string>;
  /** The one whose streams are read. */
  ci: Exclude<ServerName, 'gitea'>;
  /** The Woodpecker, where the lists are its own. */
  woodpecker?: WoodpeckerInstance;
  /** What a recorded person sends to be known, by server. */
  credentials(server: ServerName, person: string): Record<string, string>;
  /** Streams that are being read, by the file they are compared with. */
  streams: Map<string, RawStream>;
  /** The CI server's process ends: nothing new is answered, open streams fall silent. */
  stopCi(): void;
  /** … and its connections break. */
  breakCi(): void;
  startCi(): Promise<void>;
}

/** A repository of the one organisation. */
export function repositoryOf(world: World, name: string): ForgeRepository {
  const repo = world.forge.repository('acme', name);
  if (!repo) throw new Error(`there is no acme/${name}`);
  return repo;
}

const SLICE = 50;

/** Lets what is under way on loopback and in promises come to rest. */
export async function settle(turns = 4): Promise<void> {
  for (let i = 0; i < turns; i += 1) await turn();
}

/** Moves the world's clock to a moment (Unix ms), in slices, so that streams are written as time goes. */
export async function advanceTo(stage: Stage, moment: number): Promise<void> {
  const { clock } = stage.world;
  while (clock.now() < moment) {
    clock.advance(Math.min(SLICE, moment - clock.now()));
    await settle(2);
  }
  await settle();
}

/** Sends a recorded request as its person, or as the script says otherwise. */
export function sendRecorded(
  stage: Stage,
  server: ServerName,
  exchange: Exchange,
  other: { headers?: Record<string, string>; body?: string; path?: string; method?: string } = {},
): Promise<Answer> {
  const request = exchange.request;
  if (!request) throw new Error('a note was sent as a request');
  const form = request.text?.startsWith('client_id=') === true;
  const body = other.body ?? (request.json === undefined ? request.text : JSON.stringify(request.json));
  const type: Record<string, string> =
    body === undefined
      ? {}
      : { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' };
  const headers = other.headers ?? stage.credentials(server, exchange.as);
  const path = other.path ?? request.path ?? '';
  const base = stage.ports[server];
  return ask(base, other.method ?? request.method, path, { ...type, ...headers }, body);
}
