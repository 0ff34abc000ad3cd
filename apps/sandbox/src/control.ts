import { ForgeControl, type Served } from './control-forge.ts';
import type { Fault, FaultRequest } from './faces/faults.ts';
import type { SeedName } from './seed/seed.ts';
import type {
  Printed,
  RepositoryState,
  RunnerRequest,
  ServerInstance,
  StepAddress,
  StepProcess,
} from './servers/server.ts';
import type { LogRecord } from './world/model.ts';

/** The control door's functions: what tests do to the world besides being its users. */
export class Control extends ForgeControl {
  /** A new world of this seed (the one it began with when absent); faults, calls and streams go. */
  reset(seed?: SeedName): void {
    this.parts.reset(seed);
  }

  // Time

  clock(): { now: number; rate: number; paused: boolean } {
    const { clock } = this.parts.core().world;
    return { now: clock.now(), rate: clock.rate, paused: clock.paused };
  }

  setClock(change: {
    rate?: number | undefined;
    paused?: boolean | undefined;
    advance?: number | undefined;
  }): void {
    const { clock } = this.parts.core().world;
    if (change.rate !== undefined) clock.setRate(change.rate);
    if (change.paused === true) clock.pause();
    if (change.paused === false) clock.resume();
    if (change.advance !== undefined) clock.advance(change.advance);
  }

  // Steps

  /** The step, now or later, waits at its end until it is released. */
  hold(address: StepAddress): void {
    const server = this.#server(address.server);
    server.hold(address);
    server.process(address)?.holdAtEnd();
  }

  /** Lets a held step go on: from `sandbox-hold` in its script, or from its end. */
  release(address: StepAddress): void {
    this.#server(address.server).unhold(address);
    this.#running(address).release();
  }

  /** Output of the running step, one chunk, as if its process had written it. */
  print(address: StepAddress, text: string): void {
    this.#running(address).print(text);
  }

  /** Ends the running step's process with this exit code. */
  exit(address: StepAddress, code: number): void {
    this.#running(address).exit(code);
  }

  /** What a running or ended step has printed. */
  printed(address: StepAddress): Printed {
    return this.#server(address.server).printed(address);
  }

  /** The stored log; null while there is none. */
  stored(address: StepAddress): LogRecord[] | null {
    return this.#server(address.server).stored(address);
  }

  /**
   * An ended step's stored log becomes one of so many lines (`world/generated-log.ts`), also past the server's limit; a
   * running step of Woodpecker prints so many.
   */
  generate(address: StepAddress, lines: number): void {
    const server = this.#server(address.server);
    if (!server.generate) throw new Error(`${server.vendor} has no logs of any length`);
    server.generate(address, lines);
  }

  // Faults

  /** @throws when there is no such face. */
  addFault(request: FaultRequest): Fault {
    if (!this.parts.forges.has(request.face)) this.#server(request.face);
    return this.parts.faults.add(request);
  }

  faults(): Fault[] {
    return this.parts.faults.list();
  }

  clearFaults(id?: number): void {
    this.parts.faults.clear(id);
  }

  /** Breaks open streams in the middle: all, one server's, one kind, or those whose path begins so. */
  cutStreams(
    which: {
      server?: string | undefined;
      kind?: 'events' | 'log' | undefined;
      path?: string | undefined;
    } = {},
  ): number {
    let cut = 0;
    for (const stream of this.#streams(which.server)) {
      if (which.kind !== undefined && stream.kind !== which.kind) continue;
      if (which.path !== undefined && !stream.path.startsWith(which.path)) continue;
      stream.response.destroy();
      cut += 1;
    }
    return cut;
  }

  /** Open streams of one server, or of all. */
  streams(server?: string): { kind: string; path: string }[] {
    return this.#streams(server).map(({ kind, path }) => ({ kind, path }));
  }

  /**
   * A CI server stops as the real one does: no new connections, `silence` ms of nothing on the open ones, then they
   * break; after `down` ms more it is back at the same address without its live logs.
   */
  restartServer(
    times: { server?: string | undefined; silence?: number | undefined; down?: number | undefined } = {},
  ): void {
    const { clock } = this.parts.core().world;
    const { instance, http } = this.#served(times.server);
    instance.goDown();
    http.stopListening();
    clock.after(times.silence ?? 5000, () => {
      http.breakConnections();
      clock.after(times.down ?? 1000, () => {
        void http.listen().then(() => instance.comeUp());
      });
    });
  }

  /** The CI server goes away until `startServer`: its port refuses, its runners go on by themselves. */
  stopServer(server?: string): void {
    const { instance, http } = this.#served(server);
    instance.goDown();
    http.stopListening();
    http.breakConnections();
  }

  /** Back at the same address, without its live logs. */
  async startServer(server?: string): Promise<void> {
    const { instance, http } = this.#served(server);
    if (!http.listening) await http.listen();
    instance.comeUp();
  }

  // Runners and queue

  runners(server?: string): (RunnerRequest & { running: number })[] {
    return this.#server(server).runners();
  }

  addRunner({ server, ...request }: RunnerRequest & { server?: string | undefined }): void {
    this.#server(server).addRunner(request);
  }

  /** The runner's process dies at once, its steps with it; the CI server never learns of it. */
  killRunner(name: string, server?: string): void {
    if (!this.#server(server).killRunner(name)) throw new Error(`there is no runner ${name}`);
  }

  setQueue(paused: boolean, server?: string): void {
    this.#server(server).setQueue(paused);
  }

  // Accounts and tokens

  /** A new CI token for a person; the old one is refused from now on. */
  rotateToken(login: string, server?: string): string {
    const token = this.#server(server).rotateToken(login);
    if (token === undefined) throw new Error(`the CI server knows no ${login}`);
    return token;
  }

  settings(change: {
    cancelReaches?: boolean | undefined;
    missingFileDelay?: number | undefined;
    invalidateRefreshTokens?: boolean | undefined;
    accessTokenLifetime?: number | undefined;
  }): void {
    const { server, world } = this.parts.core();
    server.cancelReaches = change.cancelReaches ?? server.cancelReaches;
    server.missingFileDelay = change.missingFileDelay ?? server.missingFileDelay;
    world.forge.invalidateRefreshTokens =
      change.invalidateRefreshTokens ?? world.forge.invalidateRefreshTokens;
    world.forge.accessTokenLifetime = change.accessTokenLifetime ?? world.forge.accessTokenLifetime;
  }

  // Looking up

  /** The CI servers of this world, the first one first. */
  servers(): { id: string; vendor: string; version: string; up: boolean }[] {
    return this.parts.servers.map(({ instance: { id, vendor, version }, http }) => ({
      ...{ id, vendor, version },
      up: http.listening,
    }));
  }

  /** A CI server's repositories and their builds' heads, newest first. */
  state(server?: string): RepositoryState[] {
    return this.#server(server).state();
  }

  #served(id: string | undefined): Served {
    const { servers } = this.parts;
    const found = id === undefined ? servers[0] : servers.find((one) => one.instance.id === id);
    if (!found) throw new Error(`there is no CI server ${id}`);
    return found;
  }

  #server(id: string | undefined): ServerInstance {
    return this.#served(id).instance;
  }

  #streams(server: string | undefined) {
    const all = server === undefined ? this.parts.servers : [this.#served(server)];
    return all.flatMap(({ instance }) => [...instance.streams]);
  }

  #running(address: StepAddress): StepProcess {
    const process = this.#server(address.server).process(address);
    if (!process)
      throw new Error(`step ${address.stage}/${address.step} of build ${address.build} does not run`);
    return process;
  }
}
