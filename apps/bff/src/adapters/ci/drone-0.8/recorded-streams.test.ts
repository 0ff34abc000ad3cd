import { expect, test } from 'vitest';
import type { CiBuildEvent } from '../../../ports/ci-server.ts';
import { sendJson } from '../../../testing/http-double.ts';
import type { RecordedStream } from '../../../testing/recordings.ts';
import { buildsOf, doubleForAll, framesIn, hear, sendRecorded, sendStream } from '../testing.ts';
import { exchanges, streams } from './recorded/read.ts';
import { drone08At, sentRepository } from './testing.ts';

const double = doubleForAll();
const recorded = streams();

/** Plays a recording, and answers what the adapter asks beside it. */
function hearBuilds(stream: RecordedStream, path: string | null = null) {
  double.current.answer = ({ url }, response) => {
    if (url === stream.path) return void sendStream(stream, response);
    if (url === '/api/user') return sendJson(response, 200, { login: 'ada' });
    return sendJson(response, 200, sentRepository());
  };
  const client = drone08At(double.current.url).as('made-up');
  return hear<CiBuildEvent | { type: 'open' }>(
    stream,
    (signal) => client.events(path, signal),
    (events) => events.length === 1 + framesIn(stream),
  );
}

test('the only recorded stream is one of builds, still open', () => {
  expect(recorded.map(({ file, path, end }) => [file, path, end ?? null])).toEqual([
    ['03-events-ada', '/stream/events', null],
  ]);
});

test('frame by frame: each build that was made, with its stages', async () => {
  const [stream] = recorded as [RecordedStream];
  const { events, end } = await hearBuilds(stream);
  expect(end).toBe('stopped by us');
  expect(events[0]).toEqual({ type: 'open' });
  const lines = buildsOf(events).map(({ path, forgeRepoId, build }) => {
    const steps = build.stages.map((stage) => stage.steps.map((step) => `${step.name} ${step.status}`));
    return `${path}=${forgeRepoId} #${build.number} ${build.event} ${build.status}: ${steps.join('; ')}`;
  });
  const line = (number: number, event: string, more = '') =>
    `acme/checkout=41 #${number} ${event} waiting: clone waiting,compile waiting${more}`;
  expect(lines).toEqual([
    line(1, 'push'),
    line(2, 'push'),
    line(3, 'promote', ',deploy waiting'),
    line(4, 'promote'),
    line(5, 'push'),
    line(6, 'push'),
    line(7, 'push'),
  ]);
});

test('what the stream says of a build is what an answer about it says', async () => {
  const [stream] = recorded as [RecordedStream];
  const heard = buildsOf((await hearBuilds(stream)).events).find(({ build }) => build.number === 2);
  const answer = exchanges().find(({ path }) => path === '/api/repos/acme/checkout/builds/2');
  double.current.answer = (_, response) => answer && sendRecorded(answer, response);
  const asked = await drone08At(double.current.url).as('made-up').build('acme/checkout', 2);
  expect(heard?.build).toEqual(asked);
});

test('of another repository nothing is heard', async () => {
  const [stream] = recorded as [RecordedStream];
  const closed = { ...stream, end: 'closed by server' };
  const { events, end } = await hearBuilds(closed, 'acme/infra');
  expect(events).toEqual([{ type: 'open' }]);
  // It has no word for its end: whatever ends it is a cut.
  expect(end).toMatchObject({ code: 'ci_unreachable' });
});
