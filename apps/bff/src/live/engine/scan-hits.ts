import { LOG_CHUNK_LINES, type LogHit } from '@flightdeck/api-client/model';
import { type LineMatcher, lineMatcher } from '../line-matcher.ts';
import type { BlockEntry } from './block.ts';
import { type CandidateFinder, candidateFinder } from './candidates.ts';
import type { Found, ScanJob } from './protocol.ts';
import type { Look } from './scan.ts';
import type { ScannedFile } from './scanned-file.ts';

type Search = Extract<ScanJob['what'], { kind: 'search' }>;
/** A line of a block that matches, as it was looked at. */
type Take = (block: BlockEntry, line: number, text: () => string) => void;

export function hitsOf(job: ScanJob, what: Search, found: Found, file: ScannedFile): Look {
  const matcher = lineMatcher(what.query);
  const finder = candidateFinder(what.query);
  const take: Take = (block, line, text) => {
    const index = block.firstLine + line;
    if (index < job.from || index >= job.to) return;
    found.total += 1;
    const chunk = Math.floor(index / LOG_CHUNK_LINES);
    const last = found.counts.at(-1);
    if (last?.[0] === chunk) last[1] += 1;
    else found.counts.push([chunk, 1]);
    if (found.lines.length < what.lines) found.lines.push(index);
    if (found.hits.length >= what.hits) return;
    const hit: LogHit = { index, pos: file.pos(block, line), ranges: matcher.ranges(text()) };
    // As printed: what was looked at may have small letters for capital ones.
    if (what.hitText > 0) found.hits.push({ ...hit, text: lineOf(file, block, line).slice(0, what.hitText) });
    else found.hits.push(hit);
  };
  return (block) => {
    if (finder) walkCandidates(block, file, finder, matcher, take);
    else walkLines(block, file, matcher, take);
    return true;
  };
}

/** Lines in which the bytes looked for stand; where that is not all, they are looked at more closely. */
function walkCandidates(
  block: BlockEntry,
  file: ScannedFile,
  finder: CandidateFinder,
  matcher: LineMatcher,
  take: Take,
): void {
  const bytes = file[finder.text](block);
  let at = finder.next(bytes, 0);
  if (at < 0) return;
  const ends = file.ends(block);
  for (let line = 0; at >= 0; line += 1) {
    while ((ends[line] as number) < at) line += 1;
    const text = () => sliceOf(bytes, ends, line);
    if (finder.exact || matcher.test(text())) take(block, line, text);
    at = finder.next(bytes, (ends[line] as number) + 1);
  }
}

function walkLines(block: BlockEntry, file: ScannedFile, matcher: LineMatcher, take: Take): void {
  const plain = file.plain(block);
  for (const [line, text] of plain
    .toString('utf8', 0, plain.length - 1)
    .split('\n')
    .entries())
    if (matcher.test(text)) take(block, line, () => text);
}

const lineOf = (file: ScannedFile, block: BlockEntry, line: number): string =>
  sliceOf(file.plain(block), file.ends(block), line);

const sliceOf = (bytes: Buffer, ends: Uint32Array, line: number): string =>
  bytes.toString('utf8', line > 0 ? (ends[line - 1] as number) + 1 : 0, ends[line]);
