import { isFinished } from '@flightdeck/api-client/model';
import { describe, expect, test } from 'vitest';
import { mergeBuild } from '../../src/domain/merge-build.ts';
import type { CiBuildEvent, LogRecord, TailEvent } from '../../src/ports/ci-server.ts';
import {
  type Abilities,
  clients,
  collect,
  controlOf,
  expectFailure,
  type Get,
  hiddenOrForbidden,
  until,
} from './harness.ts';

const never = new AbortController().signal;
const recordsOf = (events: TailEvent[]): LogRecord[] =>
  events.flatMap((event) => (event.type === 'records' ? event.records : []));
const ascending = (records: LogRecord[]) =>
  records.every((record, i) => i === 0 || record.pos > (records[i - 1]?.pos ?? -1));

export function streams(abilities: Abilities, get: Get): void {
  const control = test.skipIf(!abilities.control);

  /** A build of `repo` whose first stage has begun a step that will not end by itself. */
  async function heldStep() {
    const { repo, server, administrator } = get();
    const client = server.as(administrator.token);
    const world = controlOf(get());
    const number = await world.push();
    await world.holdFirst(repo, number);
    // Servers count steps in their stage or in the whole build.
    const first = async () => (await client.build(repo, number))?.stages[0];
    await until(get(), async () => (await first())?.steps[0]?.status === 'running');
    const stage = await first();
    const ref = { number, stage: stage?.number ?? 0, step: stage?.steps[0]?.number ?? 0 };
    return { ...ref, address: { path: repo, ...ref } };
  }

  describe('events of builds', () => {
    test.skipIf(abilities.control)('the stream of one repository opens', async () => {
      const { administrator } = clients(get());
      const controller = new AbortController();
      for await (const event of administrator.events(get().repo, controller.signal)) {
        expect(event).toEqual({ type: 'open' });
        controller.abort();
        break;
      }
    });

    for (const scope of ['one repository', 'all repositories'] as const) {
      control(`${scope}: a build's life is told until its end`, async () => {
        const { administrator } = clients(get());
        const { repo, forgeRepoId } = get();
        const controller = new AbortController();
        const heard: CiBuildEvent[] = [];
        let number = 0;
        const listening = (async () => {
          const path = scope === 'one repository' ? repo : null;
          for await (const event of administrator.events(path, controller.signal)) {
            if ('type' in event) number = await controlOf(get()).push();
            else if (event.path === repo && event.build.number === number) {
              heard.push(event);
              if (isFinished(event.build.status)) return;
            }
          }
        })();
        await get().during(listening);
        controller.abort();
        expect(heard.every((event) => event.forgeRepoId === forgeRepoId)).toBe(true);
        expect(isFinished(heard[0]?.build.status ?? 'success')).toBe(false);
        expect(heard.length).toBeGreaterThan(3);
        const last = heard.map((event) => event.build).reduce(mergeBuild);
        expect(last.stages.every((stage) => isFinished(stage.status))).toBe(true);
        const now = await administrator.build(repo, number);
        expect(now).toMatchObject({ status: last.status, commit: last.commit, createdAt: last.createdAt });
        // What was heard, in whatever order, says nothing that the server does not say by now.
        expect(now && mergeBuild(last, now)).toEqual(now);
      });
    }

    control('a cut stream throws, it does not end', async () => {
      const { administrator } = clients(get());
      const listening = (async () => {
        for await (const event of administrator.events(get().repo, never)) {
          if ('type' in event && event.type === 'open') controlOf(get()).cutStreams();
        }
      })();
      await expectFailure(listening, 'ci_unreachable');
    });

    control('stops when told to', async () => {
      const { administrator } = clients(get());
      const controller = new AbortController();
      const listening = (async () => {
        for await (const _ of administrator.events(null, controller.signal))
          controller.abort(new Error('enough'));
      })();
      await expect(listening).rejects.toThrow('enough');
    });

    control('nobody hears of what is hidden', async () => {
      const { outsider } = clients(get());
      const { hidden } = controlOf(get());
      await expectFailure(collect(outsider.events(hidden, never)), ...hiddenOrForbidden);
    });
  });

  describe('live logs', () => {
    control('every viewer gets all records from the first on, and the end', async () => {
      const { administrator, reader } = clients(get());
      const { repo } = get();
      const { address, ...step } = await heldStep();
      const early = collect(reader.tail(repo, step, never));
      await get().pause(3_000);
      const late = collect(administrator.tail(repo, step, never));
      await get().pause(500);
      controlOf(get()).release(address);
      const [first, second] = await get().during(Promise.all([early, late]));
      for (const events of [first, second]) {
        expect(events[0]).toEqual({ type: 'open' });
        expect(events.at(-1)).toEqual({ type: 'end' });
      }
      expect(recordsOf(second)).toEqual(recordsOf(first));
      expect(recordsOf(first)[0]?.pos).toBe(0);
      expect(ascending(recordsOf(first))).toBe(true);
      const stored = (await get().during(collect(administrator.storedLog(repo, step, never)))).flat();
      expect(stored).toEqual(recordsOf(first));
      expect(stored).toEqual(controlOf(get()).stored(address));
      await administrator.cancel(repo, step.number);
    });

    control('a cut one throws; the next begins anew', async () => {
      const { administrator } = clients(get());
      const { repo } = get();
      const { address, ...step } = await heldStep();
      const before: LogRecord[] = [];
      const listening = (async () => {
        for await (const event of administrator.tail(repo, step, never)) {
          if (event.type === 'records') before.push(...event.records);
          if (before.length > 0) controlOf(get()).cutStreams();
        }
      })();
      await get().during(expectFailure(listening, 'ci_unreachable'));
      const again = collect(administrator.tail(repo, step, never));
      await get().pause(1_500);
      controlOf(get()).release(address);
      const after = recordsOf(await get().during(again));
      expect(after.slice(0, before.length)).toEqual(before);
      await administrator.cancel(repo, step.number);
    });

    control('of a step that is over: the end at once', async () => {
      const { administrator } = clients(get());
      const { path, ...step } = controlOf(get()).long;
      await expect(collect(administrator.tail(path, step, never))).resolves.toEqual([
        { type: 'open' },
        { type: 'end' },
      ]);
    });

    control('of a step that is not there: not found', async () => {
      const { administrator } = clients(get());
      const { path, number } = controlOf(get()).long;
      const tailing = collect(administrator.tail(path, { number, stage: 9, step: 9 }, never));
      await expectFailure(tailing, 'not_found');
    });
  });

  describe('stored logs', () => {
    test('there is none of a step that is not there', async () => {
      const { administrator } = clients(get());
      const step = { number: 1, stage: 98, step: 99 };
      await expectFailure(collect(administrator.storedLog(get().repo, step, never)), 'log_absent');
    });

    control('none while the step runs', async () => {
      const { administrator } = clients(get());
      const { address, ...step } = await heldStep();
      await expectFailure(collect(administrator.storedLog(get().repo, step, never)), 'log_absent');
      controlOf(get()).release(address);
      await administrator.cancel(get().repo, step.number);
    });

    control('while the step runs: what there is so far, as declared', async () => {
      const { administrator } = clients(get());
      const { address, ...step } = await heldStep();
      const { storedSoFar } = administrator;
      expect(storedSoFar !== null).toBe(get().server.declaration.capabilities.includes('log-while-running'));
      if (storedSoFar) {
        // Its lines come a second after they were printed.
        await get().pause(3_000);
        const early = (await collect(storedSoFar(get().repo, step, never))).flat();
        expect(early.length).toBeGreaterThan(0);
        expect(early).toEqual(controlOf(get()).stored(address));
      }
      controlOf(get()).release(address);
      await administrator.cancel(get().repo, step.number);
    });

    control('a long one comes whole, in batches', async () => {
      const { administrator } = clients(get());
      const { long } = controlOf(get());
      const expected = controlOf(get()).stored(long) ?? [];
      expect(expected.length).toBeGreaterThan(50_000);
      const batches = await collect(administrator.storedLog(long.path, long, never));
      expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(2_000);
      expect(batches.flat()).toEqual(expected);
    });

    control(
      'of one that passed the limit the part is kept that the declaration says, and it shows',
      async () => {
        const { administrator } = clients(get());
        const { overLimit } = controlOf(get());
        const limit = get().server.declaration.logLimitBytes;
        if (!overLimit || limit === null) return;
        const records = (await collect(administrator.storedLog(overLimit.path, overLimit, never))).flat();
        const { logLimitKeeps } = get().server.declaration;
        if (logLimitKeeps === 'last') expect(records[0]?.pos).toBeGreaterThan(0);
        else expect(records[0]?.pos).toBe(0);
        const bytes = records.reduce((sum, record) => sum + Buffer.byteLength(record.out), 0);
        expect(bytes).toBeLessThanOrEqual(limit);
        expect(bytes).toBeGreaterThan(limit * 0.9);
      },
    );

    control('a reader who leaves early leaves nothing behind', async () => {
      const { administrator } = clients(get());
      const { long } = controlOf(get());
      const controller = new AbortController();
      const reading = (async () => {
        for await (const _ of administrator.storedLog(long.path, long, controller.signal)) {
          controller.abort(new Error('left'));
        }
      })();
      await expect(reading).rejects.toThrow('left');
    });
  });
}
