import type { LogFiles, ScratchFile } from '../../ports/log-files.ts';
import type { Shelf } from './shelf.ts';

/**
 * A file for a running log, counted among those of stored logs: one size holds for both, and stored logs that nobody uses
 * go for it. Throws ShelfFull, and what the disk says.
 */
export async function scratchOn(shelf: Shelf, files: LogFiles): Promise<ScratchFile> {
  const name = await shelf.allot('running');
  try {
    return counted(await files.scratch(name), name, shelf);
  } catch (error) {
    await shelf.remove(name);
    throw error;
  }
}

function counted(file: ScratchFile, name: string, shelf: Shelf): ScratchFile {
  let written = 0;
  return {
    async append(bytes) {
      try {
        shelf.grown(name, written + bytes.length);
        const offset = await file.append(bytes);
        written += bytes.length;
        return offset;
      } catch (error) {
        shelf.shrunk(name, written);
        throw error;
      }
    },
    read: (offset, length) => file.read(offset, length),
    async close() {
      await file.close();
      await shelf.remove(name);
    },
  };
}
