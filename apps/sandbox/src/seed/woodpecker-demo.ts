import type { WoodpeckerInstance } from '../servers/woodpecker.ts';
import { approve, cancel, decline, restart, startManual } from '../woodpecker/actions.ts';
import { nextCron } from '../woodpecker/cron-time.ts';
import type { WpPipeline, WpRepo } from '../woodpecker/model.ts';
import type { WpServer } from '../woodpecker/server.ts';
import { createBranch, createTag, openPullRequest, push } from '../world/git.ts';
import { attempt, type Change, planPushes } from './past.ts';
import type { Timeline } from './timeline.ts';
import * as files from './woodpecker-files.ts';
import { messages } from './woodpecker-messages.ts';
import { ops, woodpeckerAccounts, woodpeckerPeople } from './woodpecker-people.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const { scripts } = files;

/** The Woodpecker's part of the demo, played on the common line. A second Woodpecker has accounts and nothing else. */
export function woodpeckerDemo(instance: WoodpeckerInstance, line: Timeline, end: number): void {
  const { server, agents } = instance;
  woodpeckerAccounts(instance);
  agents.add({ name: 'agent-1', backend: 'local', platform: 'linux/amd64', capacity: 4, labels: {} });
  if (server.world.forge.organisation(ops)) return;
  woodpeckerPeople(instance);
  agents.add({
    name: 'gpu-1',
    backend: 'local',
    platform: 'linux/amd64',
    capacity: 1,
    labels: { gpu: 'true' },
  });
  server.quiet = true;
  new WoodpeckerPast(instance, line, end).plan();
}

/** What people did, by chance but the same each time. */
class WoodpeckerPast {
  readonly #server: WpServer;

  constructor(
    readonly instance: WoodpeckerInstance,
    readonly line: Timeline,
    readonly end: number,
  ) {
    this.#server = instance.server;
  }

  plan(): void {
    this.#pushes('api-gateway', ['ada', 'grace', 'wei'], 1.6);
    this.#pushes('shop-deploy', ['grace', 'ada'], 0.9);
    this.#pushes('cluster-config', ['wei', 'ada'], 0.4);
    this.#pushes('video-encoder', ['wei'], 0.25);
    this.#special();
    this.#last();
  }

  repo(name: string): WpRepo {
    const repo = this.#server.state.repoBySlug(`${ops}/${name}`);
    if (!repo) throw new Error(`the demo has no ${ops}/${name}`);
    return repo;
  }

  forge(name: string) {
    const repo = this.#server.world.forge.repository(ops, name);
    if (!repo) throw new Error(`the demo's forge has no ${ops}/${name}`);
    return repo;
  }

  user(login: string) {
    const user = this.#server.state.user(login);
    if (!user) throw new Error(`the demo's Woodpecker knows no ${login}`);
    return user;
  }

  /** A push; the pipeline that came of it. */
  commit(
    name: string,
    author: string,
    message: string,
    changed: Record<string, string | null>,
    branch = 'main',
  ): WpPipeline | undefined {
    const repo = this.repo(name);
    const before = repo.counter;
    push(this.#server.world, { repo: this.forge(name), branch, message, author, files: changed });
    return repo.counter > before ? this.#server.state.pipeline(repo.id, repo.counter) : undefined;
  }

  #pushes(name: string, authors: string[], perDay: number): void {
    const pushes = { name: `woodpecker/${name}`, authors, messages: messages[name] ?? ['Work'], perDay };
    planPushes(this.#server.world, this.line, this.end, pushes, (change) => this.#oneChange(name, change));
  }

  #oneChange(name: string, { author, message, count, random }: Change): void {
    const bad = random.next() < 0.15;
    const changed = { 'CHANGES.md': `${count}\n`, ...this.#scripts(name, bad, random.next() < 0.25) };
    if (name === 'api-gateway' && count % 7 === 3) {
      this.#pullRequest(author, message, count, changed);
      return;
    }
    const made = this.commit(name, author, message, changed);
    if (!made) return;
    if (name === 'cluster-config') this.#gate(made, count);
    if (name === 'shop-deploy' && !bad) this.#release(made, count);
    if (name === 'api-gateway' && count % 9 === 5)
      this.line.after(6_000, () => attempt(() => cancel(this.#server, made, this.user(author))));
    if (name === 'api-gateway' && count % 9 === 7)
      // A second push while the first runs: the older one is superseded.
      this.line.after(5_000, () =>
        this.commit(name, author, `${message} (again)`, { 'CHANGES.md': `${count}b\n` }),
      );
    if (bad) this.line.after(25 * minute, () => this.#again(made));
  }

  #scripts(name: string, bad: boolean, untidy: boolean): Record<string, string> {
    if (name === 'api-gateway')
      return {
        'ci/test.sh': bad ? scripts.testBad : scripts.testGood,
        'ci/lint.sh': untidy ? scripts.lintBad : scripts.lintGood,
      };
    return name === 'shop-deploy' ? { 'ci/check.sh': bad ? scripts.checkBad : scripts.checkGood } : {};
  }

  #again(made: WpPipeline): void {
    const plain = { event: undefined, deployTo: undefined, deployTask: undefined, extra: {} };
    attempt(() => restart(this.#server, this.#server.repoOf(made), made, plain));
  }

  #promote(made: WpPipeline, target: string, extra: Record<string, string>): void {
    if (made.status !== 'success') return;
    const wanted = { event: 'deployment', deployTo: target, deployTask: '', extra };
    attempt(() => restart(this.#server, this.#server.repoOf(made), made, wanted));
  }

  /** Staging first, production an hour later; now and then it fails there. */
  #release(made: WpPipeline, count: number): void {
    this.line.after(4 * minute, () => this.#promote(made, 'staging', { REGION: 'eu' }));
    if (count % 2 === 1) return;
    const extra = { REGION: 'eu', ...(count % 10 === 4 ? { FAIL: 'yes' } : {}) };
    this.line.after(64 * minute, () => this.#promote(made, 'production', extra));
  }

  #gate(made: WpPipeline, count: number): void {
    this.line.after(18 * minute, () =>
      attempt(() => (count % 4 === 2 ? decline : approve)(this.#server, made, this.user('ada'))),
    );
  }

  #pullRequest(author: string, title: string, count: number, changed: Record<string, string>): void {
    const repo = this.forge('api-gateway');
    const fork = count % 2 === 0;
    const branch = fork ? `patch-${count}` : `feature/limits-${count}`;
    const login = fork ? 'mallory' : author;
    createBranch(repo, branch, 'main');
    this.commit('api-gateway', login, title, changed, branch);
    openPullRequest(this.#server.world, {
      ...{ repo, title, author: login, branch, sha: repo.branches.get(branch) ?? '' },
      ...(fork ? { from: 'mallory/api-gateway' } : {}),
    });
  }

  /** One of each of what chance does not bring. */
  #special(): void {
    const { end, line } = this;
    const whole = files.gateway['.woodpecker.yaml'] ?? '';
    const file = '.woodpecker.yaml';
    line.at(end - 21 * day, () =>
      this.commit('api-gateway', 'wei', '增加构建矩阵', { [file]: files.broken }),
    );
    line.at(end - 21 * day + 9 * minute, () =>
      this.commit('api-gateway', 'wei', '恢复流水线文件', { [file]: whole }),
    );
    line.at(end - 16 * day, () => {
      const made = this.commit('api-gateway', 'grace', 'Build for arm64 too', { [file]: files.arm });
      line.after(40 * minute, () => made && attempt(() => cancel(this.#server, made, this.user('grace'))));
    });
    line.at(end - 16 * day + hour, () =>
      this.commit('api-gateway', 'grace', 'Not yet for arm64', { [file]: whole }),
    );
    line.at(end - 13 * day, () =>
      createTag(this.#server.world, this.forge('api-gateway'), 'v1.4.0', 'main', 'ada'),
    );
    line.at(end - 11 * day, () => {
      const variables = { TRACE: 'yes', UPSTREAM: 'staging' };
      attempt(() =>
        startManual(this.#server, this.repo('api-gateway'), this.user('grace'), 'main', variables),
      );
    });
    line.at(end - 20 * day, () => this.#nightly());
    // A name that no workflow takes: it waits for ever, and nothing says why.
    line.at(end - 3 * day, () => {
      const made = this.#server.state
        .pipelinesOf(this.repo('shop-deploy').id)
        .find((one) => one.event === 'push' && one.status === 'success');
      if (made) this.#promote(made, 'prodution', { REGION: 'eu' });
    });
  }

  #nightly(): void {
    const { state, world } = this.#server;
    const repo = this.repo('shop-deploy');
    const schedule = '30 3 * * 1';
    state.crons.push({
      ...{ id: state.nextId('cron'), name: 'weekly-images', repoId: repo.id, creatorId: this.user('ada').id },
      ...{ nextExec: nextCron(schedule, world.clock.seconds()) ?? 0, schedule, timezone: 'UTC' },
      ...{ created: world.clock.seconds(), branch: 'main', enabled: true, variables: null },
    });
  }

  /** What is under way when the sandbox starts. */
  #last(): void {
    const { end, line } = this;
    const server = this.#server;
    line.at(end - 5 * hour, () => {
      server.quiet = false;
      this.commit('video-encoder', 'wei', '重新编码全部历史影片', { 'ci/encode.sh': scripts.encodeLong });
    });
    // Its agent dies in mid-step and does not come back: the run goes on reading `running`, the next finds no agent.
    line.at(end - 5 * hour + 4 * minute, () => {
      this.instance.agents.kill('gpu-1');
      server.quiet = true;
    });
    line.at(end - 3 * hour, () =>
      this.commit('video-encoder', 'wei', '恢复增量编码', { 'ci/encode.sh': scripts.encodeGood }),
    );
    line.at(end - 50 * minute, () =>
      this.commit('cluster-config', 'wei', '下线旧的搜索集群', { 'CHANGES.md': 'last\n' }),
    );
    line.at(end - 60_000, () => {
      server.quiet = false;
      this.commit('api-gateway', 'grace', 'Soak the new limits for twenty minutes', {
        'ci/test.sh': scripts.soak,
      });
    });
  }
}
