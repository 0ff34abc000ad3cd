import type { OpenStream, StepAddress } from './server.ts';

interface Process {
  goDown(): void;
  comeUp(): void;
}

interface Agents {
  /** Steps that wait at their end. */
  readonly holds: Set<string>;
  kill(name: string): boolean;
}

/** A CI server with agents, both made anew at each reset: Woodpecker, and Drone 0.8 of which it was made. */
export abstract class AgentedInstance<Server extends Process, Pool extends Agents> {
  readonly streams = new Set<OpenStream>();
  #parts: { server: Server; agents: Pool } | undefined;

  /** What a face reads anew at each request. */
  protected context<Settings>(settings: Settings): {
    readonly server: Server;
    readonly agents: Pool;
    readonly settings: Settings;
    readonly streams: Set<OpenStream>;
  } {
    const made = (): { server: Server; agents: Pool } => this.#made;
    return {
      get server() {
        return made().server;
      },
      get agents() {
        return made().agents;
      },
      settings,
      streams: this.streams,
    };
  }

  /** Name of a step among those that wait. */
  protected abstract place(address: StepAddress): string;

  protected replace(server: Server, agents: Pool): void {
    this.#parts = { server, agents };
  }

  get #made(): { server: Server; agents: Pool } {
    if (!this.#parts) throw new Error('the world is not made yet');
    return this.#parts;
  }

  get server(): Server {
    return this.#made.server;
  }

  get agents(): Pool {
    return this.#made.agents;
  }

  hold(address: StepAddress): void {
    this.agents.holds.add(this.place(address));
  }

  unhold(address: StepAddress): void {
    this.agents.holds.delete(this.place(address));
  }

  goDown(): void {
    this.server.goDown();
  }

  comeUp(): void {
    this.server.comeUp();
  }

  killRunner(name: string): boolean {
    return this.agents.kill(name);
  }
}
