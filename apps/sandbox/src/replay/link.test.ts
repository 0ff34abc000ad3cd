import { afterAll, beforeAll, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { Judgement } from './play.ts';
import { type RecordedWorld, startRecordedWorld } from './recorded-world.ts';
import { recordedList } from './recording.ts';
import { LINK_CLIENT, LinkPlayer, REDIRECT } from './script-link.ts';
import { advanceTo, EPOCH } from './stage.ts';

const file = 'drone-2.25.0/10-link-through-the-console.json';

let world: RecordedWorld;
beforeAll(async () => {
  world = await startRecordedWorld({
    drone: 'http://127.0.0.1:8081',
    redirectUrl: REDIRECT,
    clientId: LINK_CLIENT.id,
    clientSecret: LINK_CLIENT.secret,
    newcomer: 'linus',
  });
});
afterAll(() => world.stop());

it(`answers ${file} as the real servers did`, async () => {
  const { stage } = world;
  await advanceTo(stage, EPOCH + 1_582_000);
  stage.world.forge.applications.push({
    id: 1,
    name: 'CI server',
    clientId: LINK_CLIENT.id,
    clientSecret: LINK_CLIENT.secret,
    redirectUris: [REDIRECT],
    confidential: true,
    owner: 'ada',
    createdAt: stage.world.clock.now(),
  });
  const player = new LinkPlayer(stage);
  await player.signIn();
  const judgement = new Judgement(file);
  const list = recordedList(file);
  for (const [index, exchange] of list.entries()) {
    const answer = await player.play(index, exchange);
    judgement.add(index, `${index} ${exchange.note}`, judge(exchange, answer, { seconds: 6 }));
    // The list has no times; the first sync of an account was over when the next request came.
    await advanceTo(stage, stage.world.clock.now() + (index === 3 ? 2_500 : 100));
  }
  process.stdout.write(`${file}: ${list.length} exchanges compared\n`);
  expect([...judgement.unexpected, ...judgement.idle()]).toEqual([]);
});
