import type { BuildSearch, LogMarks, LogMatches, SearchHits } from '@flightdeck/api-client/contract';
import type { LogQuery, StepRef } from '@flightdeck/api-client/model';
import { Failure, isFailure } from '../domain/failure.ts';
import type { LogSession } from '../live/log-session.ts';
import type { LogFound } from '../live/log-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { GatedRepo } from './context.ts';
import { FairShare } from './fair-share.ts';
import { isWhole, type LogAccess, readable } from './log-access.ts';

/** ms. The first answer comes soon, whatever it has got by then; the others may take their time. */
const FIRST = 250;
const NEXT = 1_500;
/** Lines and hits of an answer. */
const MOST = { lines: 10_000, hits: 100, hitText: 0 };
const MOST_OF_STEP = { lines: 0, hits: 20, hitText: 500 };
const MOST_OF_RANGE = { lines: 0, hits: 2_048, hitText: 0 };

/** Walks over logs that one person has under way, and waiting: a page asks for a search, marks and the hits of some chunks. */
const AT_ONCE = 3;
const WAITING = 40;

export interface LogSearches {
  search(repo: GatedRepo, ref: StepRef, query: LogQuery, from: number): Promise<SearchHits>;
  matches(repo: GatedRepo, ref: StepRef, query: LogQuery, range: Range): Promise<LogMatches>;
  marks(repo: GatedRepo, ref: StepRef, from: number): Promise<LogMarks>;
  searchBuild(repo: GatedRepo, number: number, query: LogQuery, cursor?: string): Promise<BuildSearch>;
}

interface Range {
  generation: number;
  from: number;
  to: number;
}

export function createLogSearches(access: LogAccess, clock: Clock): LogSearches {
  /** Walks on from a line. Where there is none yet, it is waited for. */
  async function walk<T extends { scanned: number }>(
    session: LogSession,
    from: number,
    budget: number,
    look: (budget: number) => Promise<T>,
  ): Promise<T & { complete: boolean }> {
    const text = readable(session);
    await access.until(session, () => text.lines > from || isWhole(session), budget);
    const whole = isWhole(session);
    const found = await look(budget);
    return { ...found, complete: whole && session.text === text && found.scanned >= text.lines };
  }

  function searchIn(
    session: LogSession,
    query: LogQuery,
    from: number,
    budget: number,
    most: typeof MOST,
  ): Promise<LogFound & { complete: boolean }> {
    const text = readable(session);
    const to = Number.MAX_SAFE_INTEGER;
    return walk(session, from, budget, (time) => text.search({ query, from, to, budget: time, most }));
  }

  const shares = new FairShare(AT_ONCE, WAITING);
  function inTurn<T>({ caller: { person } }: GatedRepo, work: () => Promise<T>): Promise<T> {
    return shares.take(`${person.forge} ${person.forgeUserId}`, work);
  }
  /** A walk over the lines of one step. */
  const walking = <T>(repo: GatedRepo, ref: StepRef, what: (session: LogSession) => Promise<T>): Promise<T> =>
    inTurn(repo, () => access.with(repo, ref, what));

  return {
    search: (repo, ref, query, from) =>
      walking(repo, ref, async (session) => {
        const { generation } = readable(session);
        const found = await searchIn(session, query, from, from === 0 ? FIRST : NEXT, MOST);
        return { generation, from, ...found };
      }),

    matches: (repo, ref, query, { generation, from, to }) =>
      walking(repo, ref, async (session) => {
        const text = readable(session);
        if (text.generation !== generation)
          throw new Failure('log_generation', 'The log has another generation by now.');
        const end = Math.min(to, from + MOST_OF_RANGE.hits);
        const request = { query, from, to: end, budget: NEXT, most: MOST_OF_RANGE };
        const { hits } = await text.search(request);
        return { generation, hits };
      }),

    marks: (repo, ref, from) =>
      walking(repo, ref, async (session) => {
        const text = readable(session);
        const found = await walk(session, from, from === 0 ? FIRST : NEXT, (time) => text.marks(from, time));
        return { generation: text.generation, from, ...found };
      }),

    searchBuild: (repo, number, query, cursor) =>
      inTurn(repo, () => throughBuild(repo, number, query, cursor)),
  };

  async function throughBuild(
    repo: GatedRepo,
    number: number,
    query: LogQuery,
    cursor: string | undefined,
  ): Promise<BuildSearch> {
    const places = await stepsOf(repo, number);
    const begin = placeOf(places, cursor);
    const until = clock.now() + (cursor === undefined ? FIRST : NEXT);
    const steps: BuildSearch['steps'] = [];
    for (let at = begin.at; at < places.length; at++) {
      const place = places[at] as StepPlace;
      const from = at === begin.at ? begin.from : 0;
      const found = await ofStep(repo, { number, ...place }, query, from, until - clock.now());
      if (found) steps.push({ ...place, ...found });
      if (found && !found.complete && !found.problem)
        return { steps, next: `${place.stage}.${place.step}.${found.scanned}` };
      const after = places[at + 1];
      if (after && clock.now() >= until) return { steps, next: `${after.stage}.${after.step}.0` };
    }
    return { steps, next: null };
  }

  /** null: it has no log. */
  async function ofStep(
    repo: GatedRepo,
    ref: StepRef,
    query: LogQuery,
    from: number,
    left: number,
  ): Promise<Omit<BuildSearch['steps'][0], 'stage' | 'step'> | null> {
    try {
      return await access.with(repo, ref, async (session) => {
        const { generation } = readable(session);
        const found = await searchIn(session, query, from, Math.max(50, left), MOST_OF_STEP);
        const { scanned, total, complete } = found;
        const hits = found.hits.map((hit) => ({ ...hit, text: hit.text ?? '' }));
        return { generation, scanned, total, hits, complete, problem: null };
      });
    } catch (error) {
      if (isFailure(error, 'log_absent')) return null;
      // Of the pattern: no step can be searched with it.
      if (!isFailure(error) || error.code.startsWith('pattern_')) throw error;
      return { generation: 0, scanned: from, total: 0, hits: [], complete: false, problem: error.code };
    }
  }
}

interface StepPlace {
  stage: number;
  step: number;
}

async function stepsOf(repo: GatedRepo, number: number): Promise<StepPlace[]> {
  const build = await repo.speaker.client.build(repo.path, number);
  if (!build) throw new Failure('not_found', 'No such build.', { instance: repo.server.id });
  return build.stages.flatMap((stage) =>
    stage.steps.map((step) => ({ stage: stage.number, step: step.number })),
  );
}

function placeOf(places: readonly StepPlace[], cursor: string | undefined): { at: number; from: number } {
  if (cursor === undefined) return { at: 0, from: 0 };
  const [stage, step, from = 0] = cursor.split('.').map(Number);
  const at = places.findIndex((place) => place.stage === stage && place.step === step);
  if (at < 0) throw new Failure('invalid', 'The build has no such step.');
  return { at, from };
}
