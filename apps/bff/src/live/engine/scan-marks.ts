import { markCandidates, markOf } from '../line-marks.ts';
import type { Found, ScanJob } from './protocol.ts';
import type { Look } from './scan.ts';
import type { ScannedFile } from './scanned-file.ts';

type Marks = Extract<ScanJob['what'], { kind: 'marks' }>;

export function marksOf(job: ScanJob, what: Marks, found: Found, file: ScannedFile): Look {
  let errors = 0;
  return (block) => {
    const plain = file.plain(block);
    // ASCII only is looked for: bytes do as characters.
    const bytes = plain.toString('latin1');
    const ends = file.ends(block);
    markCandidates.lastIndex = 0;
    let line = 0;
    for (let hit = markCandidates.exec(bytes); hit; hit = markCandidates.exec(bytes)) {
      while ((ends[line] as number) < hit.index) line += 1;
      const index = block.firstLine + line;
      const end = ends[line] as number;
      if (index >= job.from && index < job.to) {
        const mark = markOf(plain.toString('utf8', line > 0 ? (ends[line - 1] as number) + 1 : 0, end));
        if (mark?.kind === 'error') errors += 1;
        if (mark && (mark.kind !== 'error' || errors <= what.errors))
          found.marks.push({ index, pos: file.pos(block, line), at: file.seconds(block, line), ...mark });
      }
      markCandidates.lastIndex = end;
    }
    return found.marks.length < what.most;
  };
}
