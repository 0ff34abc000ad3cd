import { isFailure } from '../../domain/failure.ts';
import type { LogDecoder } from '../../ports/ci-server.ts';
import type { LogFiles } from '../../ports/log-files.ts';
import { LogDamaged } from './block.ts';
import type { EngineAnswer, EngineRequest, ReadingNews, Trouble } from './protocol.ts';
import { DiskTrouble, Reading } from './reading.ts';
import { scan } from './scan.ts';
import type { Checked } from './scanned-file.ts';

export interface EngineHost {
  files: LogFiles;
  formats: Readonly<Record<string, () => LogDecoder>>;
  answer(answer: EngineAnswer, transfer: ArrayBuffer[]): void;
}

const nothing: ReadingNews = {
  ...{ blocks: [], gaps: [], bytes: 0, widest: 0, lastPos: -1, written: 0, unended: false },
};

/** What the other thread does with a request. Everything here holds up its thread: that is what it is for. */
export function serveEngine({ files, formats, answer }: EngineHost): (request: EngineRequest) => void {
  const readings = new Map<number, Reading>();
  const checked: Checked = new Map();

  function begin({ id, name, key, format }: Extract<EngineRequest, { op: 'begin' }>): void {
    const decoder = formats[format];
    if (!decoder) throw new Error(`no such format of logs: ${format}`);
    readings.set(id, new Reading(key, decoder, files.createNow(name)));
  }

  /** A reading that did not begin says so at its first part. */
  const troubles = new Map<number, Trouble>();
  const attempt = (id: number, what: () => void): Trouble | null => {
    const before = troubles.get(id);
    if (before) return before;
    try {
      what();
      return null;
    } catch (error) {
      return troubleOf(error);
    }
  };
  const news = (id: number): ReadingNews => readings.get(id)?.news() ?? nothing;

  return (request) => {
    const { id } = request;
    switch (request.op) {
      case 'begin': {
        try {
          begin(request);
        } catch (error) {
          troubles.set(id, troubleOf(new DiskTrouble(String(error))));
        }
        return;
      }
      case 'part': {
        const { buffer, length } = request;
        const trouble = attempt(id, () => readings.get(id)?.take(new Uint8Array(buffer, 0, length)));
        return answer({ op: 'taken', id, buffer, news: news(id), trouble }, [buffer]);
      }
      case 'end': {
        const trouble = attempt(id, () => readings.get(id)?.end());
        return answer({ op: 'ended', id, news: news(id), trouble }, []);
      }
      case 'again':
        readings.get(id)?.again();
        return;
      case 'finish': {
        const trouble = attempt(id, () => readings.get(id)?.finish(request.cut));
        answer({ op: 'finished', id, news: news(id), trouble }, []);
        return forget(id);
      }
      case 'drop':
        return forget(id);
      case 'scan': {
        try {
          answer({ op: 'scanned', id, found: scan(files, request.job, checked), trouble: null }, []);
        } catch (error) {
          answer({ op: 'scanned', id, found: null, trouble: troubleOf(error) }, []);
        }
      }
    }
  };

  function forget(id: number): void {
    readings.get(id)?.drop();
    readings.delete(id);
    troubles.delete(id);
  }
}

function troubleOf(error: unknown): Trouble {
  if (isFailure(error)) return { code: error.code, message: error.message, raw: error.facts.raw ?? null };
  const code = error instanceof LogDamaged ? 'damaged' : 'disk';
  return { code, message: String(error), raw: null };
}
