import type { BlockEntry } from './block.ts';

const FIELDS = 9;

/** Blocks as numbers: two thousand objects take milliseconds to go to another thread, these go in no time. */
export function tableOf(blocks: readonly BlockEntry[]): Float64Array {
  const table = new Float64Array(blocks.length * FIELDS);
  let at = 0;
  for (const block of blocks) {
    table[at++] = block.offset;
    table[at++] = block.firstLine;
    table[at++] = block.lines;
    table[at++] = block.firstPos;
    table[at++] = block.lastPos;
    table[at++] = block.carryBytes;
    table[at++] = block.textBytes;
    table[at++] = block.plainBytes;
    table[at++] = block.foldedBytes;
  }
  return table;
}

export function* blocksOf(table: Float64Array): Generator<BlockEntry> {
  for (let at = 0; at < table.length; ) {
    const next = () => table[at++] as number;
    yield {
      offset: next(),
      firstLine: next(),
      lines: next(),
      firstPos: next(),
      lastPos: next(),
      carryBytes: next(),
      textBytes: next(),
      plainBytes: next(),
      foldedBytes: next(),
    };
  }
}
