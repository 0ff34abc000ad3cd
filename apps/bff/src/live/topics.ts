import { fromRepoKey, reading, type Topic } from '@flightdeck/api-client/contract';
import type { StepRef } from '@flightdeck/api-client/model';
import type { Clock } from '../ports/clock.ts';
import type { Caller, Gate, GatedRepo } from '../services/context.ts';
import type { BuildChange, BuildWatch } from './build-watch.ts';
import type { LiveMeter } from './live-meter.ts';
import type { Subscription, SubscriptionPort } from './live-socket.ts';
import { type ChannelViewer, LogChannel } from './log-channel.ts';
import { encode } from './log-frames.ts';
import type { LogHold, LogHub } from './log-hub.ts';
import type { LogSession } from './log-session.ts';

export interface TopicDeps {
  gate: Gate;
  hub: LogHub;
  builds: BuildWatch;
  clock: Clock;
  meter: LiveMeter;
}

const FIRST_WORD_MS = 2_000;

/** How a log is held for somebody who has passed the gate. */
export function holdLog(hub: LogHub, repo: GatedRepo, ref: StepRef): LogHold {
  const { number, stage, step } = ref;
  const address = {
    server: repo.server.id,
    forgeRepoId: repo.forgeRepoId,
    path: repo.path,
    ref: { number, stage, step },
  };
  const { declaration, logFormat: format } = repo.server;
  const { logLimitBytes: limitBytes, logLimitKeeps: limitKeeps = 'last', liveHistory = null } = declaration;
  const storesEarly = declaration.capabilities?.includes('log-while-running') ?? false;
  return hub.hold(address, repo.speaker.client, { limitBytes, limitKeeps, format, liveHistory, storesEarly });
}

/** Opens topics for sockets: the gate first, then whoever feeds the topic. */
export class Topics {
  readonly #deps: TopicDeps;
  readonly #channels = new Map<LogSession, LogChannel>();

  constructor(deps: TopicDeps) {
    this.#deps = deps;
  }

  async open(caller: Caller, id: number, topic: Topic, port: SubscriptionPort): Promise<Subscription> {
    const { builds, gate } = this.#deps;
    const hear = (change: BuildChange) => port.sendLatest(buildOf(change), { type: 'build', id, ...change });
    const accept = (end: () => void): Subscription => {
      port.send(encode({ type: 'subscribed', id, log: null, summary: null }));
      return { topic, wake: () => {}, end };
    };
    if (topic.kind === 'deck') return accept(builds.watchDeck(caller, hear));
    const repo = await gate.open(caller, topic.server, fromRepoKey(topic.repo), reading('read'));
    if (topic.kind === 'repository') return accept(builds.watchRepository(repo, hear));
    if (topic.kind === 'build') return accept(builds.watchBuild(repo, topic.number, hear));
    return this.#openLog(id, topic, repo, port);
  }

  async #openLog(
    id: number,
    topic: Extract<Topic, { kind: 'log' }>,
    repo: GatedRepo,
    port: SubscriptionPort,
  ): Promise<Subscription> {
    const { number, stage, step } = topic;
    const hold = holdLog(this.#deps.hub, repo, { number, stage, step });
    // A CI server that is slow to answer must not leave the page without a word.
    await Promise.race([hold.session.ready, this.#deps.clock.sleep(FIRST_WORD_MS)]);
    if (hold.session.ended) {
      hold.release();
      throw hold.session.ended;
    }
    const channel = this.#channel(hold.session);
    const viewer: ChannelViewer = {
      ready: () => port.ready(),
      send: (frame) => port.send(frame),
      skipped: () => this.#deps.meter.slow('skip'),
      ended: () => port.fail(hold.session.ended),
    };
    const summary = channel.join(viewer, topic.generation, topic.after);
    port.send(encode({ type: 'subscribed', id, log: channel.id, summary }));
    return {
      topic,
      wake: () => channel.wake(),
      end: () => {
        channel.leave(viewer);
        if (channel.viewers === 0 && this.#channels.get(hold.session) === channel) {
          channel.close();
          this.#channels.delete(hold.session);
        }
        hold.release();
      },
    };
  }

  #channel(session: LogSession): LogChannel {
    const standing = this.#channels.get(session);
    if (standing) return standing;
    const channel = new LogChannel(session, this.#deps.clock);
    this.#channels.set(session, channel);
    return channel;
  }
}

/** Which build a change is about. */
function buildOf({ listed, view }: BuildChange): string {
  const at = listed ?? view;
  return at ? `${at.server}/${at.path}/${at.build.number}` : '';
}
