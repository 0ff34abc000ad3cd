/**
 * Body of the worker that runs people's regular expressions: a pattern that backtracks for ever holds up that worker
 * and nothing else. Plain JavaScript in a string, because it has to run the same from source, from the bundle and
 * under a test runner, and none of them agrees with the others about where a worker's file lies.
 */
export const patternWorker = `
const { parentPort } = require('node:worker_threads');
let pattern = null;
parentPort.on('message', (message) => {
  if (message.source !== undefined) pattern = new RegExp(message.source, message.flags);
  const hits = [];
  for (let index = 0; index < message.lines.length; index++) if (pattern.test(message.lines[index])) hits.push(index);
  parentPort.postMessage(hits);
});
`;
