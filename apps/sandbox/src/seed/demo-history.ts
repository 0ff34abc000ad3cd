import { approve, cancel, decline, deploy, restart, startCustom } from '../ci/actions.ts';
import { nextRun } from '../ci/cron-time.ts';
import type { Core } from '../core.ts';
import { createBranch, createTag, openPullRequest, push } from '../world/git.ts';
import type { CiBuild, CiRepository, ForgeRepository } from '../world/model.ts';
import type { Random } from '../world/random.ts';
import * as files from './demo-files.ts';
import { messages, pullTitles } from './demo-messages.ts';
import { type Change, planPushes } from './past.ts';
import { Timeline } from './timeline.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const { scripts } = files;

/** What people did, by chance but the same each time. */
export class History {
  readonly line: Timeline;

  constructor(
    readonly core: Core,
    readonly end: number,
  ) {
    this.line = new Timeline(core.world.clock);
  }

  plan(): void {
    this.#pushes('acme/checkout', ['ada', 'grace', 'wei'], 3.2);
    this.#pushes('acme/storefront', ['grace', 'ada'], 2);
    this.#pushes('mobile/ios-wallet', ['grace', 'wei'], 1.3);
    this.#pushes('acme/infra', ['ada', 'wei'], 0.6);
    this.#pushes('data/etl-nightly', ['wei'], 0.2);
    this.#pushes('oss/tinyqueue', ['carol'], 0.6);
    this.#special();
    this.#nightly();
  }

  repo(slug: string): CiRepository {
    const repo = this.core.world.ci.repositoryBySlug(slug);
    if (!repo) throw new Error(`the demo has no ${slug}`);
    return repo;
  }

  forge(slug: string): ForgeRepository {
    const repo = this.core.world.forge.repositoryById(Number(this.repo(slug).uid));
    if (!repo) throw new Error(`the demo's forge has no ${slug}`);
    return repo;
  }

  /** A push; the build that came of it. */
  commit(
    slug: string,
    author: string,
    message: string,
    changed: Record<string, string>,
    branch = 'main',
  ): CiBuild | undefined {
    const repo = this.repo(slug);
    const before = repo.counter;
    push(this.core.world, { repo: this.forge(slug), branch, message, author, files: changed });
    return repo.counter > before ? this.core.world.ci.build(repo.id, repo.counter) : undefined;
  }

  tag(slug: string, tag: string, author: string): void {
    createTag(this.core.world, this.forge(slug), tag, 'main', author);
  }

  user(login: string) {
    const user = this.core.world.ci.user(login);
    if (!user) throw new Error(`the demo's CI server knows no ${login}`);
    return user;
  }

  #pushes(slug: string, authors: string[], perDay: number): void {
    const pushes = { name: `drone/${slug}`, authors, messages: messages[slug] ?? ['Work'], perDay };
    planPushes(this.core.world, this.line, this.end, pushes, (change) => this.#oneChange(slug, change));
  }

  #oneChange(slug: string, { author, message, count, random }: Change): void {
    const chance = random.next();
    const test =
      chance < 0.1
        ? scripts.testBad
        : chance < 0.13
          ? scripts.testMissingTool
          : chance < 0.16
            ? scripts.testOutOfMemory
            : scripts.testGood;
    const changed: Record<string, string> = {
      'ci/test.sh': test,
      'ci/lint.sh': random.next() < 0.2 ? scripts.lintBad : scripts.lintGood,
      'CHANGES.md': `${count}\n`,
      ...(slug === 'data/etl-nightly'
        ? { 'ci/transform.sh': chance < 0.3 ? scripts.transformBad : scripts.transform }
        : {}),
    };
    if (slug === 'acme/checkout' && count % 9 === 4) {
      this.#pullRequest(slug, author, count, changed);
      return;
    }
    const build = this.commit(slug, author, message, changed);
    if (!build) return;
    if (slug === 'acme/infra') this.#gate(build, count);
    else if (random.next() < 0.06)
      this.line.after(random.int(3, 9) * 1000, () => cancel(this.core.server, build));
    else if (slug === 'acme/checkout' && count % 4 === 1) this.#release(build, author, count);
    else if (slug === 'acme/storefront' && count % 5 === 2) {
      this.line.after(3 * minute, () =>
        this.#promote(
          build,
          'ada',
          count === 22 ? 'prodution' : count % 2 === 0 ? 'production' : 'preview',
          {},
        ),
      );
    } else if (slug === 'mobile/ios-wallet' && count % 6 === 3) {
      // A second push before the first has begun: the older build is skipped.
      this.line.after(5, () =>
        this.commit(slug, author, `${message} (again)`, { 'CHANGES.md': `${count}b\n` }),
      );
    }
    if (build.status !== 'success') this.line.after(20 * minute, () => this.#retry(build, author, random));
  }

  #retry(build: CiBuild, author: string, random: Random): void {
    if (build.status !== 'failure' || random.next() > 0.4) return;
    const repo = this.core.world.ci.repositoryById(build.repoId);
    if (repo) restart(this.core.server, repo, build, this.user(author), {}, false);
  }

  #promote(
    build: CiBuild,
    login: string,
    target: string,
    params: Record<string, string>,
    event: 'promote' | 'rollback' = 'promote',
  ): void {
    const repo = this.core.world.ci.repositoryById(build.repoId);
    if (repo && build.status === 'success') {
      deploy(this.core.server, repo, build, this.user(login), event, target, params);
    }
  }

  /** Staging first, production an hour later; now and then it fails there and the one before comes back. */
  #release(build: CiBuild, author: string, count: number): void {
    this.line.after(5 * minute, () => this.#promote(build, author, 'staging', { REGION: 'eu' }));
    this.line.after(65 * minute, () => {
      const bad = count % 12 === 5;
      this.#promote(build, 'ada', 'production', {
        REGION: 'eu',
        VERSION: `2.${count}.0`,
        ...(bad ? { FAIL: 'yes' } : {}),
      });
      if (bad) this.line.after(4 * minute, () => this.#rollBack(build));
    });
  }

  #rollBack(build: CiBuild): void {
    const { ci } = this.core.world;
    const earlier = ci
      .buildsOf(build.repoId)
      .find((one) => one.event === 'promote' && one.deployTo === 'production' && one.status === 'success');
    const parent = earlier ? ci.build(build.repoId, earlier.parent) : undefined;
    if (parent) this.#promote(parent, 'grace', 'production', {}, 'rollback');
  }

  #gate(build: CiBuild, count: number): void {
    this.line.after(15 * minute, () => {
      for (const stage of build.stages) {
        if (stage.status !== 'blocked') continue;
        if (count % 5 === 3) decline(build, stage);
        else approve(this.core.server, build, stage);
      }
    });
  }

  #pullRequest(slug: string, author: string, count: number, changed: Record<string, string>): void {
    const repo = this.forge(slug);
    const fork = count % 2 === 0;
    const branch = fork ? 'patch-1' : `feature/${['apple-pay', '发票', 'rates', 'typo'][count % 4]}`;
    const login = fork ? 'mallory' : author;
    createBranch(repo, branch, 'main');
    const message = pullTitles[count % pullTitles.length] ?? 'Change';
    const build = this.commit(slug, login, message, changed, branch);
    openPullRequest(this.core.world, {
      repo,
      title: message,
      author: login,
      branch,
      sha: repo.branches.get(branch) ?? build?.after ?? '',
      ...(fork ? { from: 'mallory/checkout' } : {}),
    });
  }

  /** One of each of what chance does not bring. */
  #special(): void {
    const { end, line } = this;
    const text = files.checkout;
    line.at(end - 20 * day, () =>
      this.commit('acme/checkout', 'wei', '拆分流水线文件', { '.drone.yml': files.brokenPipeline }),
    );
    line.at(end - 20 * day + 10 * minute, () =>
      this.commit('acme/checkout', 'wei', 'Name the pipelines', { '.drone.yml': files.wrongDependency }),
    );
    line.at(end - 20 * day + 20 * minute, () =>
      this.commit('acme/checkout', 'wei', '恢复流水线文件', { '.drone.yml': text }),
    );
    line.at(end - 12 * day, () =>
      this.commit('acme/checkout', 'ada', 'Update the readme [CI SKIP]', { 'README.md': '# checkout\n' }),
    );
    for (const [index, version] of ['v2.0.0', 'v2.1.0', 'v2.2.0'].entries()) {
      line.at(end - (30 - index * 12) * day, () => this.tag('acme/checkout', version, 'ada'));
    }
    line.at(end - 9 * day, () => {
      const request = {
        branch: 'main',
        commit: '',
        message: '',
        action: '',
        params: { DEPTH: '2', REGION: 'ap' },
      };
      startCustom(this.core.server, this.repo('acme/checkout'), this.user('grace'), request);
    });
    // A target that no stage names still makes a build, ends well and is listed as a deployment.
    line.at(end - 8 * day, () => {
      const build = this.core.world.ci
        .buildsOf(this.repo('acme/checkout').id)
        .find((one) => one.event === 'push' && one.status === 'success');
      if (build) this.#promote(build, 'grace', 'staging', { REGION: 'us' });
    });
    line.at(end - 7 * day, () =>
      this.commit('acme/load-tests', 'ada', 'Logs of every size 各种大小的日志', { 'CHANGES.md': '1\n' }),
    );
    line.at(end - 6 * day, () => {
      this.repo('oss/tinyqueue').timeout = 30;
    });
  }

  #nightly(): void {
    const { ci, clock } = this.core.world;
    const add = (slug: string, name: string, expr: string): void => {
      ci.crons.push({
        id: ci.nextId('cron'),
        repoId: this.repo(slug).id,
        name,
        expr,
        next: nextRun(expr, clock.seconds()) ?? 0,
        prev: 0,
        branch: 'main',
        target: '',
        disabled: false,
        version: 0,
      });
    };
    // Between two nights, whatever the hour is: one that has just begun would join the queue that is to be seen.
    const night = new Date(this.end - 9 * hour).getUTCHours();
    add('data/etl-nightly', 'nightly', `0 0 ${night} * * *`);
    add('acme/checkout', 'weekly', '@weekly');
  }
}
