import type { IncomingMessage } from 'node:http';
import type { WoodpeckerContext, WoodpeckerSettings } from '../faces/woodpecker/context.ts';
import { createWoodpeckerFace, woodpeckerLogin } from '../faces/woodpecker/face.ts';
import { startCrons } from '../woodpecker/actions.ts';
import { AgentPool } from '../woodpecker/agents.ts';
import { receiveHook } from '../woodpecker/hooks.ts';
import type { LogEntry, WpPipeline, WpStep } from '../woodpecker/model.ts';
import { WpServer } from '../woodpecker/server.ts';
import type { StepProcess } from '../woodpecker/step-process.ts';
import { makeToken } from '../woodpecker/tokens.ts';
import type { LogRecord } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { AgentedInstance } from './agented.ts';
import type { Printed, RepositoryState, RunnerRequest, ServerInstance, StepAddress } from './server.ts';

/** A Woodpecker with its agents. */
export class WoodpeckerInstance extends AgentedInstance<WpServer, AgentPool> implements ServerInstance {
  readonly vendor = 'woodpecker';
  readonly listener;
  readonly #context: WoodpeckerContext;

  constructor(
    readonly id: string,
    readonly version: string,
    settings: WoodpeckerSettings,
    readonly host: () => string,
  ) {
    super();
    this.#context = this.context(settings);
    this.listener = createWoodpeckerFace(this.#context);
  }

  /** New rows and agents in this world; they hear of its pushes from now on. */
  rebuild(world: World, forgeFails: (call: string) => boolean): void {
    const server = new WpServer(world, { host: this.host, version: this.version }, forgeFails);
    this.replace(server, new AgentPool(server));
    startCrons(server);
    world.onForge((notice) => {
      receiveHook(server, notice);
    });
  }

  login(request: IncomingMessage): string {
    return woodpeckerLogin(this.#context, request);
  }

  lastNumber(slug: string): number {
    return this.server.state.repoBySlug(slug)?.counter ?? 0;
  }

  process(address: StepAddress): StepProcess | undefined {
    const { step } = this.#find(address);
    return step && this.agents.processOf(step.id);
  }

  printed(address: StepAddress): Printed {
    const { step } = this.#find(address);
    const process = this.process(address) ?? (step && this.agents.lostProcess(step.id));
    const records = process ? process.lines.map(recordOf) : (this.stored(address) ?? []);
    return {
      records,
      text: records.map((record) => `${record.out}\n`).join(''),
      status: step?.state ?? 'pending',
      stopped: false,
      ...(process?.held === undefined ? {} : { held: process.held }),
    };
  }

  stored(address: StepAddress): LogRecord[] | null {
    const { step } = this.#find(address);
    return (step && this.server.state.storedLog(step.id))?.map(recordOf) ?? null;
  }

  generate(address: StepAddress, lines: number): void {
    const { step } = this.#find(address);
    if (!step) throw new Error(`there is no step ${address.stage}/${address.step}`);
    const process = this.process(address);
    if (process) process.printGenerated(lines);
    else this.server.state.generateLog(step.id, lines);
  }

  runners(): (RunnerRequest & { running: number })[] {
    return this.agents.agents.map(({ name, backend, platform, capacity, labels, runs }) => {
      const [os = '', arch = ''] = platform.split('/');
      return { ...{ name, type: backend, os, arch, capacity, labels }, running: runs.size };
    });
  }

  addRunner(request: RunnerRequest): void {
    this.agents.add({
      name: request.name,
      backend: request.type === 'exec' ? 'local' : request.type,
      platform: `${request.os}/${request.arch}`,
      capacity: request.capacity,
      labels: request.labels ?? {},
    });
  }

  setQueue(paused: boolean): void {
    this.server.queuePaused = paused;
    this.server.wake();
  }

  token(login: string): string | undefined {
    const user = this.server.state.user(login);
    return user && makeToken(user, 'user');
  }

  rotateToken(login: string): string | undefined {
    const user = this.server.state.user(login);
    if (user) user.hash = this.server.world.random.text(32);
    return this.token(login);
  }

  state(): RepositoryState[] {
    const { state } = this.server;
    return state.repos.map((repo) => ({
      slug: `${repo.owner}/${repo.name}`,
      active: repo.active,
      builds: state
        .pipelinesOf(repo.id)
        .map(({ number, event, status, message }) => ({ number, event, status, message })),
    }));
  }

  #find(address: StepAddress): { pipeline: WpPipeline; step: WpStep | undefined } {
    const { state } = this.server;
    const repo = state.repoBySlug(address.repo);
    const pipeline = repo && state.pipeline(repo.id, address.build);
    if (!pipeline) throw new Error(`there is no build ${address.build} of ${address.repo}`);
    const workflow = pipeline.workflows.find((one) => one.pid === address.stage);
    return { pipeline, step: workflow?.steps.find((one) => one.pid === address.step) };
  }

  protected place(address: StepAddress): string {
    return `${this.#find(address).pipeline.id}/${address.step}`;
  }
}

/** An entry as the control door tells of it: Woodpecker's `line`, and its bytes read as text, without a line's end. */
const recordOf = (entry: LogEntry): LogRecord => ({
  pos: entry.line,
  out: entry.data?.toString() ?? '',
  time: entry.time,
});
