import { approve, approved, cancel, decline, killZombie, restart, restarted } from '../drone-0.8/actions.ts';
import type { D8Build } from '../drone-0.8/model.ts';
import type { D8Server } from '../drone-0.8/server.ts';
import type { Drone08Instance } from '../servers/drone-0.8.ts';
import { createBranch, createTag, openPullRequest, push } from '../world/git.ts';
import { broken, messages, press, scripts } from './drone-0.8-files.ts';
import { drone08Accounts, drone08People, foundry, repoOf } from './drone-0.8-people.ts';
import { attempt, type Change, planPushes } from './past.ts';
import type { Timeline } from './timeline.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The Drone 0.8's part of the demo, played on the common line. A second one has accounts and nothing else. */
export function drone08Demo(instance: Drone08Instance, line: Timeline, end: number): void {
  const { server, agents } = instance;
  drone08Accounts(instance, ['ada', 'grace', 'wei', 'linus']);
  agents.add({ name: 'agent-1', platform: 'linux/amd64', capacity: 4, labels: {} });
  if (server.world.forge.organisation(foundry)) return;
  drone08People(instance);
  agents.add({ name: 'agent-kiln', platform: 'linux/arm64', capacity: 2, labels: {} });
  server.quiet = true;
  new Drone08Past(instance, line, end).plan();
}

/** What people did, by chance but the same each time. */
class Drone08Past {
  readonly #server: D8Server;

  constructor(
    readonly instance: Drone08Instance,
    readonly line: Timeline,
    readonly end: number,
  ) {
    this.#server = instance.server;
  }

  plan(): void {
    this.#pushes('press', ['ada', 'grace', 'wei'], 1.3);
    this.#pushes('mould', ['ada', 'grace'], 0.35);
    this.#pushes('kiln', ['wei'], 0.2);
    this.#special();
    this.#last();
  }

  #forge(name: string) {
    const repo = this.#server.world.forge.repository(foundry, name);
    if (!repo) throw new Error(`the demo's forge has no ${foundry}/${name}`);
    return repo;
  }

  #user(login: string) {
    const user = this.#server.state.user(login);
    if (!user) throw new Error(`the demo's Drone 0.8 knows no ${login}`);
    return user;
  }

  #newest(name: string): D8Build | undefined {
    return this.#server.state.buildsOf(repoOf(this.#server, name).id)[0];
  }

  /** A push; the build that came of it. */
  #commit(
    name: string,
    author: string,
    message: string,
    files: Record<string, string | null>,
    branch = 'master',
  ): D8Build | undefined {
    const before = this.#newest(name);
    push(this.#server.world, { repo: this.#forge(name), branch, message, author, files });
    const made = this.#newest(name);
    return made === before ? undefined : made;
  }

  #pushes(name: string, authors: string[], perDay: number): void {
    const pushes = { name: `drone-0.8/${name}`, authors, messages: messages[name] ?? ['Work'], perDay };
    planPushes(this.#server.world, this.line, this.end, pushes, (change) => this.#oneChange(name, change));
  }

  #oneChange(name: string, { author, message, count, random }: Change): void {
    const bad = random.next() < 0.18;
    const checks = name === 'press' ? { 'ci/test.sh': bad ? scripts.testBad : scripts.testGood } : {};
    const made = this.#commit(name, author, message, { 'CHANGES.md': `${count}\n`, ...checks });
    if (!made || name !== 'press') return;
    if (count % 9 === 5) this.line.after(3_000, () => this.#cancel(made));
    else if (bad) this.line.after(25 * minute, () => this.#again(made, {}));
    else this.#release(made, count);
  }

  #cancel(build: D8Build): void {
    const [top] = build.procs;
    if (top) attempt(() => cancel(this.#server, top));
  }

  #again(old: D8Build, wanted: { target?: string; extra?: Record<string, string> }): void {
    const { target, extra = {} } = wanted;
    attempt(() => {
      const event = target === undefined ? undefined : 'deployment';
      const again = { event, deployTo: target, extra };
      restarted(this.#server, restart(this.#server, this.#server.repoOf(old), old, again));
    });
  }

  /** Staging first, production an hour later; now and then it fails there. */
  #release(made: D8Build, count: number): void {
    const ready = (): boolean => made.status === 'success';
    const extra = { REGION: 'eu', ...(count % 10 === 4 ? { FAIL: 'yes' } : {}) };
    this.line.after(4 * minute, () => ready() && this.#again(made, { target: 'staging', extra }));
    if (count % 2 === 1) return;
    this.line.after(64 * minute, () => ready() && this.#again(made, { target: 'production', extra }));
  }

  /** A stranger's change beside a pipeline file that never ran: what makes a gated repository wait. */
  #stranger(title: string, count: number): D8Build | undefined {
    const repo = this.#forge('mould');
    const text = repo.commits.get(repo.branches.get('master') ?? '')?.files.get('.drone.yml') ?? '';
    const file = `# ${count}\n${text.replace(/^# \d+\n/, '')}`;
    this.#commit('mould', 'ada', '更新流水线 [ci skip]', { '.drone.yml': file });
    const branch = `change-${count}`;
    createBranch(repo, branch, 'master');
    const before = this.#newest('mould');
    openPullRequest(this.#server.world, {
      ...{ repo, title, author: 'grace', branch, sha: repo.branches.get(branch) ?? '' },
      from: 'grace/mould',
    });
    const made = this.#newest('mould');
    return made === before ? undefined : made;
  }

  /** One of each of what chance does not bring. */
  #special(): void {
    const { end, line } = this;
    const server = this.#server;
    const whole = press['.drone.yml'] ?? '';
    line.at(end - 22 * day, () => this.#commit('press', 'wei', '精简流水线', { '.drone.yml': broken }));
    line.at(end - 22 * day + 8 * minute, () =>
      this.#commit('press', 'wei', '恢复流水线文件', { '.drone.yml': whole }),
    );
    line.at(end - 12 * day, () => createTag(server.world, this.#forge('press'), 'v2.1.0', 'master', 'ada'));
    // A name that no step asks for: it succeeds, and nothing was deployed.
    line.at(end - 6 * day, () => {
      const made = server.state
        .buildsOf(repoOf(server, 'press').id)
        .find((one) => one.event === 'push' && one.status === 'success');
      if (made) this.#again(made, { target: 'prodution' });
    });
    line.at(end - 9 * day, () => {
      const made = this.#stranger('Wider runners', 1);
      if (!made) return;
      approve(server, made, this.#user('ada'));
      approved(server, made);
    });
    line.at(end - 5 * day, () => {
      const made = this.#stranger('No cooling at all', 2);
      if (made) decline(server, made, this.#user('ada'));
    });
    // Its agent was gone; an administrator ended it.
    line.at(end - 15 * day, () => {
      server.quiet = false;
      const made = this.#commit('kiln', 'wei', '长时间试烧', { 'ci/fire.sh': scripts.fireLong });
      line.after(4 * minute, () => {
        this.instance.agents.kill('agent-kiln');
        server.quiet = true;
      });
      line.after(30 * minute, () => {
        if (made) attempt(() => killZombie(server, made));
        const agent = { platform: 'linux/arm64', capacity: 2, labels: {} };
        this.instance.agents.add({ name: 'agent-kiln', ...agent });
        this.#commit('kiln', 'wei', '恢复烧成曲线', { 'ci/fire.sh': scripts.fireGood });
      });
    });
  }

  /** What is under way when the sandbox starts. */
  #last(): void {
    const { end, line } = this;
    const server = this.#server;
    line.at(end - 5 * hour, () => {
      server.quiet = false;
      this.#commit('kiln', 'wei', '整夜还原烧', { 'ci/fire.sh': scripts.fireLong });
    });
    // Its agent dies in mid-step and does not come back: the build goes on reading `running`, the next finds no agent.
    line.at(end - 5 * hour + 4 * minute, () => {
      this.instance.agents.kill('agent-kiln');
      server.quiet = true;
    });
    line.at(end - 3 * hour, () =>
      this.#commit('kiln', 'wei', '恢复氧化烧', { 'ci/fire.sh': scripts.fireGood }),
    );
    line.at(end - 45 * minute, () => this.#stranger('Ask before the next pour', 3));
    line.at(end - 60_000, () => {
      server.quiet = false;
      this.#commit('press', 'grace', 'Run the long proof before the weekend', {
        'ci/test.sh': scripts.soak,
      });
    });
  }
}
