import { LOG_CHUNK_LINES } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { LogChunk } from './log-chunk.ts';

const colours = ['\u001b[31m', '', '\u001b[1m', '\u001b[0m', '', '\u001b[32m', '\u001b[39m'];
const lineAt = (index: number) => ({
  pos: index,
  at: index / 10,
  text: `${colours[index % 7]}line ${index}`,
});

function chunkOf(lines: number): LogChunk {
  const chunk = new LogChunk('4');
  for (let index = 0; index < lines; index += 1) chunk.add(lineAt(index));
  return chunk;
}

describe('a chunk of lines', () => {
  it.each([
    ['that grows', LOG_CHUNK_LINES - 1],
    ['that is packed', LOG_CHUNK_LINES],
  ])('%s gives each line the same state, whichever lines are asked for', (_, count) => {
    const chunk = chunkOf(count);
    const all = chunk.read(0, count);
    expect(all.slice(0, 4).map(({ carry }) => carry)).toEqual(['4', '4;31', '4;31', '1;4;31']);
    expect(all[4]?.carry).toBe('');
    for (const from of [1, 3, 7, 100, count - 1]) expect(chunk.read(from, count)).toEqual(all.slice(from));
    expect(chunk.read(count, count)).toEqual([]);
  });

  it('gives the same lines before and after it is packed', () => {
    const chunk = chunkOf(LOG_CHUNK_LINES - 1);
    const before = chunk.read(500, LOG_CHUNK_LINES - 1);
    chunk.add(lineAt(LOG_CHUNK_LINES - 1));
    const after = chunk.read(500, LOG_CHUNK_LINES - 1);
    expect(after.map(({ line, carry }) => [line.pos, line.text, carry])).toEqual(
      before.map(({ line, carry }) => [line.pos, line.text, carry]),
    );
  });
});
