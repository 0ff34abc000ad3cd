/** Somebody who opens a long log that nobody has read yet, waits until all of it is there, searches and downloads it. */
import { pause } from './processes.mjs';

const SEARCHES = 5;

process.on('message', async ({ url, cookie, lines }) => {
  try {
    process.send(await readAll(url, cookie, lines));
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.on('disconnect', () => process.exit());

/** Answers ms: until all was read, of all searches, of the download. */
async function readAll(url, cookie, lines) {
  const ask = async (rest) => {
    const answer = await fetch(url + rest, { headers: { cookie } });
    if (!answer.ok) throw new Error(`${rest}: ${answer.status}`);
    return answer;
  };
  const times = [performance.now()];
  for (;;) {
    const summary = await (await ask('')).json();
    if (summary.indexed && summary.lines === lines) break;
    await pause(50);
  }
  times.push(performance.now());
  for (let round = 0; round < SEARCHES; round += 1)
    for (let at = 0, complete = false; !complete; ) {
      const found = await (await ask(`/search?q=needle&from=${at}`)).json();
      at = found.scanned;
      complete = found.complete;
    }
  times.push(performance.now());
  await (await ask('/download')).body.pipeTo(new WritableStream());
  times.push(performance.now());
  return { read: times[1] - times[0], searches: times[2] - times[1], download: times[3] - times[2] };
}
