import type { LogFiles } from '../../ports/log-files.ts';
import type { BlockEntry } from './block.ts';
import { blocksOf } from './block-table.ts';
import type { Found, ScanJob } from './protocol.ts';
import { hitsOf } from './scan-hits.ts';
import { marksOf } from './scan-marks.ts';
import { type Checked, ScannedFile } from './scanned-file.ts';

/** Looks at a block and says whether to go on. */
export type Look = (block: BlockEntry) => boolean;

/** Walks over lines of a file and finds what is asked for. Throws Failure, LogDamaged, what the disk says. */
export function scan(files: LogFiles, job: ScanJob, checked: Checked): Found {
  const file = new ScannedFile(files, job.name, checked);
  const until = performance.now() + job.budget;
  const found: Found = { scanned: job.from, total: 0, lines: [], counts: [], hits: [], marks: [] };
  if (job.beat) Atomics.add(job.beat, 0, 1);
  try {
    const { what } = job;
    const look = what.kind === 'marks' ? marksOf(job, what, found, file) : hitsOf(job, what, found, file);
    for (const block of blocksOf(job.blocks)) {
      if (block.firstLine >= job.to) break;
      const go = look(block);
      found.scanned = Math.min(job.to, block.firstLine + block.lines);
      if (job.beat) Atomics.add(job.beat, 0, 1);
      if (!go || performance.now() > until) break;
    }
    return found;
  } finally {
    file.close();
  }
}
