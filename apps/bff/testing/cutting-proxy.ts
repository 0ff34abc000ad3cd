import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** When an answer is broken off. */
interface Cut {
  /** What it is counted as. */
  kind: string;
  /** Bytes of the body that pass; a websocket's frames are its body. */
  after: number;
  /** Bytes without which none of the log was carried, so that the cut does not count; '' where any byte is of the log. */
  sign: string;
  /** By a reset, which may take with it what was sent last; else by an end in the middle. */
  reset: boolean;
}

/** What is known of a request: how often there was one like it, and the bytes that the longest of their bodies had. */
interface Known {
  times: number;
  longest: number;
}

/** What happens to an answer, by the first line of its request; null lets it pass. */
export type Plan = (request: string, before: Readonly<Known>) => Cut | null;

/**
 * Stands between a client and a server, breaks answers off in the middle and both connections with them, at any byte.
 * Counts those that had begun to carry a log.
 */
export class CuttingProxy {
  readonly cuts = new Map<string, number>();
  readonly #plan: Plan;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #known = new Map<string, Known>();
  readonly #underway = new Set<Answer>();

  constructor(target: URL, plan: Plan) {
    this.#plan = plan;
    this.#server = createServer((client) =>
      this.#join(client, connect(Number(target.port), target.hostname)),
    );
  }

  /** Its own address. */
  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  /** Asks the plan once more, also about the answers under way that pass so far. */
  again(): void {
    for (const answer of this.#underway) answer.cut ??= this.#plan(answer.request, answer.known);
  }

  #answerTo(request: string): Answer {
    const known = this.#known.get(request) ?? { times: 0, longest: 0 };
    this.#known.set(request, known);
    const answer = new Answer(request, known, this.#plan(request, known));
    known.times += 1;
    this.#underway.add(answer);
    return answer;
  }

  #join(client: Socket, server: Socket): void {
    let answer: Answer | null = null;
    const over = () => {
      if (answer) this.#underway.delete(answer);
    };
    for (const socket of [client, server]) {
      this.#open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#open.delete(socket);
        client.destroy();
        server.destroy();
        over();
      });
    }
    client.on('data', (part) => {
      // One connection carries many requests, one after the other, each begun with a packet of its own.
      const line = /^[A-Z]+ \/\S* HTTP/.exec(part.toString('latin1'))?.[0];
      if (line) {
        over();
        answer = this.#answerTo(line);
      }
      server.write(part);
    });
    const hand = (part: Buffer) => {
      const passed = answer ? answer.pass(part) : part.length;
      if (passed === part.length) return void client.write(part);
      server.off('data', hand);
      const { cut } = answer ?? {};
      if (cut && answer?.signed) this.cuts.set(cut.kind, (this.cuts.get(cut.kind) ?? 0) + 1);
      client.write(part.subarray(0, passed), () =>
        cut?.reset ? client.resetAndDestroy() : client.destroy(),
      );
    };
    server.on('data', hand);
  }
}

/** An answer under way. */
class Answer {
  readonly request: string;
  readonly known: Known;
  cut: Cut | null;
  signed = false;
  #body = 0;
  #head: string | null = '';
  #seen = '';

  constructor(request: string, known: Known, cut: Cut | null) {
    this.request = request;
    this.known = known;
    this.cut = cut;
  }

  /** How many bytes of this part may go on: all, unless it is cut in it. */
  pass(part: Buffer): number {
    let from = 0;
    if (this.#head !== null) {
      const before = this.#head.length;
      this.#head += part.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return part.length;
      from = end + 4 - before;
      this.#head = null;
    }
    const left = this.cut ? Math.max(0, this.cut.after - this.#body) : Number.POSITIVE_INFINITY;
    const to = Math.min(part.length, from + left);
    this.#body += to - from;
    this.known.longest = Math.max(this.known.longest, this.#body);
    if (this.cut && !this.signed) {
      this.#seen += part.toString('latin1', from, to);
      this.signed = this.#body > 0 && this.#seen.includes(this.cut.sign);
    }
    return to;
  }
}
