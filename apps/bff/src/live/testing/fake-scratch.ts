import type { ScratchFile } from '../../ports/log-files.ts';
import type { ScratchPlace } from '../log-chunks.ts';

/** A disk for running logs in memory, which may be full, and forget. */
export class FakeScratch implements ScratchPlace {
  /** Files that are open. */
  open = 0;
  /** Bytes it still takes. */
  left: number;
  /** Bytes in its files. */
  written = 0;
  /** Nothing can be read any more. */
  isBroken = false;

  constructor(left = Number.POSITIVE_INFINITY) {
    this.left = left;
  }

  async scratch(): Promise<ScratchFile> {
    if (this.left <= 0) throw new Error('ENOSPC: no space left on device');
    this.open += 1;
    let bytes = Buffer.alloc(0);
    let isOpen = true;
    const checked = () => {
      if (!isOpen) throw new Error('EBADF: bad file descriptor');
    };
    return {
      append: async (part) => {
        checked();
        if (part.length > this.left) throw new Error('ENOSPC: no space left on device');
        this.left -= part.length;
        this.written += part.length;
        const offset = bytes.length;
        bytes = Buffer.concat([bytes, part]);
        return offset;
      },
      read: async (offset, length) => {
        checked();
        if (this.isBroken) throw new Error('EIO: i/o error');
        return Buffer.from(bytes.subarray(offset, offset + length));
      },
      close: async () => {
        checked();
        isOpen = false;
        this.open -= 1;
        this.left += bytes.length;
        this.written -= bytes.length;
      },
    };
  }
}
