import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { chmod, type FileHandle, lstat, lutimes, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogFileFacts, LogFiles, NewLogFile, OpenLogFile, ScratchFile } from '../../ports/log-files.ts';

const valid = /^[A-Za-z0-9_-]{1,120}$/;

/** A link in the folder is none of ours: it is neither read nor written through. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW;
const NEW = constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const CREATE = constants.O_WRONLY | NEW;
const SCRATCH = constants.O_RDWR | NEW;

/** Files of one folder. What builds printed is nobody else's business on this machine: 0700 and 0600. */
export function createDiskLogFiles(folder: string): LogFiles {
  const at = (name: string): string => {
    if (!valid.test(name)) throw new Error(`not a log file’s name: ${name}`);
    return join(folder, `${name}.log`);
  };
  return {
    async list() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // It may have been there before, made by somebody with another umask.
      await chmod(folder, 0o700);
      const facts: LogFileFacts[] = [];
      for (const entry of await readdir(folder)) {
        const name = entry.slice(0, -'.log'.length);
        if (!entry.endsWith('.log') || !valid.test(name)) continue;
        const found = await lstat(join(folder, entry)).catch(() => null);
        if (found?.isFile()) facts.push({ name, bytes: found.size, usedAt: found.mtimeMs });
      }
      return facts;
    },
    createNow: (name) => {
      const path = at(name);
      // Somebody may have removed it to make room.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      rmSync(path, { force: true });
      return newFile(openSync(path, CREATE, 0o600));
    },
    open: async (name) => {
      const handle = await open(at(name), READ);
      return openFile(handle.fd, (await handle.stat()).size, handle);
    },
    openNow: (name) => {
      const fd = openSync(at(name), READ);
      return openFile(fd, fstatSync(fd).size, null);
    },
    scratch: async (name) => {
      const path = at(name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const handle = await open(path, SCRATCH, 0o600);
      try {
        // Also on Windows: Node opens files so that they can be removed while they are open.
        await rm(path);
      } catch (error) {
        await handle.close();
        throw error;
      }
      return scratchFile(handle);
    },
    touch: async (name) => {
      const now = new Date();
      await lutimes(at(name), now, now);
    },
    remove: (name) => rm(at(name), { force: true }),
  };
}

function newFile(fd: number): NewLogFile {
  return {
    appendNow(bytes) {
      // A disk that runs full takes part of it and says so only with the next write.
      for (let from = 0; from < bytes.length; ) from += writeSync(fd, bytes, from, bytes.length - from);
    },
    closeNow: () => closeSync(fd),
  };
}

function scratchFile(handle: FileHandle): ScratchFile {
  let end = 0;
  return {
    async append(bytes) {
      const offset = end;
      for (let from = 0; from < bytes.length; )
        from += (await handle.write(bytes, from, bytes.length - from, offset + from)).bytesWritten;
      end += bytes.length;
      return offset;
    },
    read: (offset, length) => openFile(handle.fd, end, handle).read(offset, length),
    close: () => handle.close(),
  };
}

function openFile(fd: number, bytes: number, handle: FileHandle | null): OpenLogFile {
  return {
    bytes,
    async read(offset, length) {
      const into = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const got = handle
          ? (await handle.read(into, filled, length - filled, offset + filled)).bytesRead
          : readSync(fd, into, filled, length - filled, offset + filled);
        if (got === 0) break;
        filled += got;
      }
      return into.subarray(0, filled);
    },
    readNow(into, offset) {
      let filled = 0;
      while (filled < into.length) {
        const got = readSync(fd, into, filled, into.length - filled, offset + filled);
        if (got === 0) break;
        filled += got;
      }
      return filled;
    },
    close: async () => (handle ? handle.close() : closeSync(fd)),
  };
}
