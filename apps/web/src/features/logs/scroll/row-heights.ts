/** Height of a row that nobody has measured, and of every line that is not wrapped, in px. */
export const ROW_PX = 20;
const BLOCK = 512;

/**
 * Heights of a long list of rows: `ROW_PX` each, but for those that were measured. Only blocks with such rows take
 * memory, 2 KiB per 512 rows; a position is found in the time of a binary search.
 */
export class RowHeights {
  count = 0;
  /** What measured rows are higher than `ROW_PX`, by block. */
  private blocks = new Map<number, { more: Int32Array; sum: number }>();
  /** `before[b]`: what all rows of earlier blocks are higher; right up to `sound`. */
  private before: number[] = [0];
  private sound = 0;

  get total(): number {
    return this.top(this.count);
  }

  /** Rows were added or taken at the end. */
  resize(count: number): void {
    if (count < this.count) {
      for (const [key, block] of this.blocks) {
        if (key * BLOCK >= count) this.blocks.delete(key);
        else if ((key + 1) * BLOCK > count) {
          block.more.fill(0, count - key * BLOCK);
          block.sum = block.more.reduce((sum, one) => sum + one, 0);
        }
      }
      this.sound = Math.min(this.sound, Math.floor(count / BLOCK));
    }
    this.count = count;
  }

  /** Forgets what was measured: the width or the rows have changed. */
  forget(): void {
    this.blocks.clear();
    this.sound = 0;
  }

  /** Where a row begins, px from the first; of `count`: the end. */
  top(row: number): number {
    const key = Math.floor(row / BLOCK);
    let px = row * ROW_PX + this.upTo(key);
    const block = this.blocks.get(key);
    if (block) for (let i = 0; i < row % BLOCK; i += 1) px += block.more[i] ?? 0;
    return px;
  }

  height(row: number): number {
    return ROW_PX + (this.blocks.get(Math.floor(row / BLOCK))?.more[row % BLOCK] ?? 0);
  }

  /** The row at a distance from the first; clamped to what there is. */
  rowAt(px: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.top(middle) <= px) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Notes a measured height; returns by how much it differs from what was held. */
  set(row: number, px: number): number {
    const more = Math.round(px) - ROW_PX;
    const key = Math.floor(row / BLOCK);
    let block = this.blocks.get(key);
    const change = more - (block?.more[row % BLOCK] ?? 0);
    if (change === 0 || row >= this.count) return 0;
    if (!block) {
      block = { more: new Int32Array(BLOCK), sum: 0 };
      this.blocks.set(key, block);
    }
    block.more[row % BLOCK] = more;
    block.sum += change;
    this.sound = Math.min(this.sound, key);
    return change;
  }

  private upTo(key: number): number {
    for (; this.sound < key; this.sound += 1)
      this.before[this.sound + 1] = (this.before[this.sound] ?? 0) + (this.blocks.get(this.sound)?.sum ?? 0);
    return this.before[key] ?? 0;
  }
}
