import type { IncomingMessage } from 'node:http';
import { D8Agents } from '../drone-0.8/agents.ts';
import { receiveHook } from '../drone-0.8/hooks.ts';
import { type D8Build, type D8Line, type D8Proc, slugOf } from '../drone-0.8/model.ts';
import { D8Server } from '../drone-0.8/server.ts';
import type { D8StepProcess } from '../drone-0.8/step-process.ts';
import { makeToken } from '../drone-0.8/tokens.ts';
import type { Drone08Context, Drone08Settings } from '../faces/drone-0.8/context.ts';
import { createDrone08Face, drone08Login } from '../faces/drone-0.8/face.ts';
import type { LogRecord } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { AgentedInstance } from './agented.ts';
import type { Printed, RepositoryState, RunnerRequest, ServerInstance, StepAddress } from './server.ts';

/** A Drone 0.8 with its agents. */
export class Drone08Instance extends AgentedInstance<D8Server, D8Agents> implements ServerInstance {
  readonly vendor = 'drone-0.8';
  readonly version = '0.8.10';
  readonly listener;
  readonly #context: Drone08Context;

  constructor(
    readonly id: string,
    settings: Drone08Settings,
    readonly host: () => string,
    /** `DRONE_ADMIN`. */
    readonly admins: readonly string[],
  ) {
    super();
    this.#context = this.context(settings);
    this.listener = createDrone08Face(this.#context);
  }

  /** New rows and agents in this world; they hear of its pushes from now on. */
  rebuild(world: World, forgeFails: (call: string) => boolean): void {
    const server = new D8Server(world, { host: this.host, admins: this.admins }, forgeFails);
    this.replace(server, new D8Agents(server));
    world.onForge((notice) => {
      receiveHook(server, notice);
    });
  }

  login(request: IncomingMessage): string {
    return drone08Login(this.#context, request);
  }

  lastNumber(slug: string): number {
    return this.server.state.repoBySlug(slug)?.counter ?? 0;
  }

  process(address: StepAddress): D8StepProcess | undefined {
    const { step } = this.#find(address);
    return step && this.agents.processOf(step.id);
  }

  printed(address: StepAddress): Printed {
    const { step } = this.#find(address);
    const process = this.process(address) ?? (step && this.agents.lost.get(step.id));
    const records = process ? process.lines.map(recordOf) : (this.stored(address) ?? []);
    return {
      records,
      text: records.map((record) => record.out).join(''),
      status: step?.state ?? 'pending',
      stopped: process?.isFull ?? false,
      ...(process?.held === undefined ? {} : { held: process.held }),
    };
  }

  stored(address: StepAddress): LogRecord[] | null {
    const { step } = this.#find(address);
    const text = step && this.server.state.storedLog(step.id);
    const lines = text === undefined ? null : (JSON.parse(text) as Partial<D8Line>[] | null);
    return lines?.map(recordOf) ?? null;
  }

  runners(): (RunnerRequest & { running: number })[] {
    return this.agents.agents.map(({ name, platform, capacity, labels, runs }) => {
      const [os = '', arch = ''] = platform.split('/');
      return { ...{ name, type: 'docker', os, arch, capacity, labels }, running: runs.size };
    });
  }

  addRunner({ name, os, arch, capacity, labels }: RunnerRequest): void {
    this.agents.add({ name, platform: `${os}/${arch}`, capacity, labels: labels ?? {} });
  }

  /** The server has no such switch: it is as if its agents did not ask. */
  setQueue(paused: boolean): void {
    this.server.queue.paused = paused;
    this.server.queue.wake();
  }

  token(login: string): string | undefined {
    const user = this.server.state.user(login);
    return user && makeToken(user, 'user');
  }

  rotateToken(login: string): string | undefined {
    const user = this.server.state.user(login);
    if (user) user.hash = this.server.world.random.text(52).toUpperCase();
    return this.token(login);
  }

  state(): RepositoryState[] {
    const { state } = this.server;
    return state.repos.map((repo) => ({
      slug: slugOf(repo),
      active: repo.active,
      builds: state
        .buildsOf(repo.id)
        .map(({ number, event, status, message }) => ({ number, event, status, message })),
    }));
  }

  protected place(address: StepAddress): string {
    return `${this.#find(address).build.id}/${address.step}`;
  }

  #find(address: StepAddress): { build: D8Build; step: D8Proc | undefined } {
    const { state } = this.server;
    const repo = state.repoBySlug(address.repo);
    const build = repo && state.build(repo.id, address.build);
    if (!build) throw new Error(`there is no build ${address.build} of ${address.repo}`);
    return { build, step: build.procs.find((one) => one.pid === address.step && one.ppid === address.stage) };
  }
}

const recordOf = ({ pos = 0, out = '', time = 0 }: Partial<D8Line>): LogRecord => ({ pos, out, time });
