/**
 * Files that hold logs: a cache on disk, which may be lost, cut or spoilt at any moment. Names are of our own making
 * (letters, digits, `-`, `_`). Every method throws what the disk says; callers take any error as "not to be had".
 *
 * A file that is removed while somebody has it open stays readable for them. Methods named `…Now` hold up their thread:
 * they are for threads that serve nobody else.
 */
export interface LogFiles {
  /** What is there. Makes the folder when there is none. */
  list(): Promise<LogFileFacts[]>;
  /** A new, empty file; one of that name is replaced. */
  createNow(name: string): NewLogFile;
  open(name: string): Promise<OpenLogFile>;
  openNow(name: string): OpenLogFile;
  /** A new file that can be read and written, and is gone with this process whatever becomes of it: its name goes at once. */
  scratch(name: string): Promise<ScratchFile>;
  /** It was used just now. */
  touch(name: string): Promise<void>;
  /** No matter if it is not there. */
  remove(name: string): Promise<void>;
}

export interface LogFileFacts {
  name: string;
  bytes: number;
  /** Unix ms. */
  usedAt: number;
}

export interface NewLogFile {
  /** All of it or an error (the disk is full). `bytes` are the caller's again afterwards. */
  appendNow(bytes: Uint8Array): void;
  closeNow(): void;
}

export interface OpenLogFile {
  readonly bytes: number;
  /** `length` bytes from `offset`; fewer at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Fills `into`; says how many bytes there were. */
  readNow(into: Uint8Array, offset: number): number;
  close(): Promise<void>;
}

/** For what is of no use to the next process. */
export interface ScratchFile {
  /** Where it was put; an error leaves what was there before. One at a time. */
  append(bytes: Uint8Array): Promise<number>;
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}
