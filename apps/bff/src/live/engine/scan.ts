import { LOG_CHUNK_LINES, type LogHit } from '@flightdeck/api-client/model';
import type { LogFiles, OpenLogFile } from '../../ports/log-files.ts';
import { markCandidates, markOf } from '../line-marks.ts';
import { type LineMatcher, lineMatcher } from '../line-matcher.ts';
import {
  BLOCK_HEAD,
  type BlockEntry,
  checkPlain,
  plainOffset,
  shownBytes,
  textOffset,
  unpackBlock,
} from './block.ts';
import { type CandidateFinder, candidateFinder } from './candidates.ts';
import type { Found, ScanJob } from './protocol.ts';

const FEED = 0x0a;

/** Blocks of files whose plain text was compared with its checksum by a thread: once is enough. */
export type Checked = Map<string, Set<number>>;
const CHECKED_FILES = 100;

/** Walks over lines of a file and finds what is asked for. Throws Failure, LogDamaged, what the disk says. */
export function scan(files: LogFiles, job: ScanJob, checked: Checked): Found {
  const file = files.openNow(job.name);
  const until = performance.now() + job.budget;
  const found: Found = { scanned: job.from, total: 0, lines: [], counts: [], hits: [], marks: [] };
  if (job.beat) Atomics.add(job.beat, 0, 1);
  try {
    const look =
      job.what.kind === 'marks' ? marksOf(job, job.what, found, file) : hitsOf(job, job.what, found, file);
    let into = Buffer.allocUnsafe(256 * 1024);
    for (const block of job.blocks) {
      if (block.firstLine >= job.to) break;
      const length = block.plainBytes || block.textBytes;
      if (into.length < length) into = Buffer.allocUnsafe(length);
      const plain = into.subarray(0, length);
      if (file.readNow(plain, block.plainBytes ? plainOffset(block) : textOffset(block)) < length)
        throw new Error('a kept log is shorter than it was');
      check(file, checked, job.name, block, plain);
      const go = look(block, plain);
      found.scanned = Math.min(job.to, block.firstLine + block.lines);
      if (job.beat) Atomics.add(job.beat, 0, 1);
      if (!go || performance.now() > until) break;
    }
    return found;
  } finally {
    void file.close();
  }
}

function check(file: OpenLogFile, checked: Checked, name: string, block: BlockEntry, plain: Buffer): void {
  let done = checked.get(name);
  if (!done) {
    done = new Set();
    checked.set(name, done);
    const [oldest] = checked.keys();
    if (checked.size > CHECKED_FILES && oldest !== undefined) checked.delete(oldest);
  }
  if (done.has(block.offset)) return;
  const head = Buffer.allocUnsafe(block.plainBytes ? BLOCK_HEAD : shownBytes(block));
  const got = head.subarray(0, file.readNow(head, block.offset));
  if (block.plainBytes) checkPlain(block, got, plain);
  else unpackBlock(block, got);
  done.add(block.offset);
}

/** Says whether to go on. */
type Look = (block: BlockEntry, plain: Buffer) => boolean;
type Search = Extract<ScanJob['what'], { kind: 'search' }>;
type Marks = Extract<ScanJob['what'], { kind: 'marks' }>;

function hitsOf(job: ScanJob, what: Search, found: Found, file: OpenLogFile): Look {
  const matcher = lineMatcher(what.query);
  const finder = candidateFinder(what.query);
  const take = (block: BlockEntry, index: number, line: () => string) => {
    found.total += 1;
    const chunk = Math.floor(index / LOG_CHUNK_LINES);
    const last = found.counts.at(-1);
    if (last?.[0] === chunk) last[1] += 1;
    else found.counts.push([chunk, 1]);
    if (found.lines.length < what.lines) found.lines.push(index);
    if (found.hits.length < what.hits)
      found.hits.push(hitOf(matcher, posOf(file, block, index), index, line(), what.hitText));
  };
  return (block, plain) => {
    if (finder) walkCandidates(job, block, plain, finder, matcher, take);
    else walkLines(job, block, plain, matcher, take);
    return true;
  };
}

const hitOf = (
  matcher: LineMatcher,
  pos: number,
  index: number,
  line: string,
  text: number,
): Found['hits'][0] => {
  const hit: LogHit = { index, pos, ranges: matcher.ranges(line) };
  return text > 0 ? { ...hit, text: line.slice(0, text) } : hit;
};

type Take = (block: BlockEntry, index: number, line: () => string) => void;

/** Lines in which the bytes looked for stand; a word is looked at more closely. */
function walkCandidates(
  job: ScanJob,
  block: BlockEntry,
  plain: Buffer,
  finder: CandidateFinder,
  matcher: LineMatcher,
  take: Take,
): void {
  let index = block.firstLine;
  let start = 0;
  for (let at = finder.next(plain, 0); at >= 0; ) {
    let feed = plain.indexOf(FEED, start);
    while (feed >= 0 && feed < at) {
      start = feed + 1;
      index += 1;
      feed = plain.indexOf(FEED, start);
    }
    const from = start;
    const end = feed < 0 ? plain.length : feed;
    const line = () => plain.toString('utf8', from, end);
    const inside = index >= job.from && index < job.to;
    if (inside && (finder.exact || matcher.test(line()))) take(block, index, line);
    at = finder.next(plain, end + 1);
  }
}

function walkLines(job: ScanJob, block: BlockEntry, plain: Buffer, matcher: LineMatcher, take: Take): void {
  let index = block.firstLine;
  for (const line of plain.toString('utf8', 0, plain.length - 1).split('\n')) {
    if (index >= job.from && index < job.to) {
      if (matcher.test(line)) take(block, index, () => line);
    }
    index += 1;
  }
}

function posOf(file: OpenLogFile, block: BlockEntry, index: number): number {
  const bytes = Buffer.allocUnsafe(8);
  file.readNow(bytes, block.offset + BLOCK_HEAD + (index - block.firstLine) * 8);
  return bytes.readDoubleLE(0);
}

function secondsOf(file: OpenLogFile, block: BlockEntry, index: number): number {
  const bytes = Buffer.allocUnsafe(4);
  file.readNow(bytes, block.offset + BLOCK_HEAD + block.lines * 8 + (index - block.firstLine) * 4);
  return Math.max(0, bytes.readFloatLE(0));
}

function marksOf(job: ScanJob, what: Marks, found: Found, file: OpenLogFile): Look {
  let errors = 0;
  return (block, plain) => {
    // ASCII only is looked for: bytes do as characters.
    const bytes = plain.toString('latin1');
    markCandidates.lastIndex = 0;
    let index = block.firstLine;
    let start = 0;
    for (let hit = markCandidates.exec(bytes); hit; hit = markCandidates.exec(bytes)) {
      let feed = bytes.indexOf('\n', start);
      while (feed >= 0 && feed < hit.index) {
        start = feed + 1;
        index += 1;
        feed = bytes.indexOf('\n', start);
      }
      const end = feed < 0 ? bytes.length : feed;
      if (index >= job.from && index < job.to) {
        const mark = markOf(plain.toString('utf8', start, end));
        if (mark?.kind === 'error') errors += 1;
        if (mark && (mark.kind !== 'error' || errors <= what.errors))
          found.marks.push({
            ...{ index, pos: posOf(file, block, index), at: secondsOf(file, block, index) },
            ...mark,
          });
      }
      markCandidates.lastIndex = end;
    }
    return found.marks.length < what.most;
  };
}
