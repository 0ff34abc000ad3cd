import type { BuildSearch, LogMarks, LogMatches, Problem, SearchHits } from '@flightdeck/api-client/contract';
import type { LogChunk, LogQuery, LogSummary } from '@flightdeck/api-client/model';

export interface LogListener {
  summary(summary: LogSummary): void;
  /** The chunk may hold fewer lines than one fetched: what came since the last message. */
  lines(chunk: LogChunk): void;
  /** Whether the connection to the console stands. */
  connected(on: boolean): void;
  /** The console will send nothing more. */
  ended(problem: Problem): void;
}

export type DownloadForm = 'raw' | 'plain' | 'html';

/** Where a step's log comes from; the page puts HTTP and websocket behind it. */
export interface LogFeed {
  chunk(generation: number, from: number): Promise<LogChunk>;
  around(generation: number, pos: number): Promise<LogChunk>;
  /** What is found from a line on; it may be a part, and goes on where that ends. */
  search(term: LogQuery, from: number, signal: AbortSignal): Promise<SearchHits>;
  /** Where lines `from`…`to - 1` match. */
  matches(term: LogQuery, generation: number, from: number, to: number): Promise<LogMatches>;
  /** Commands, groups and what looks like errors, from a line on. */
  marks(from: number, signal: AbortSignal): Promise<LogMarks>;
  /** Over all steps of the build; `cursor` goes on where the answer before it ended. */
  searchBuild(term: LogQuery, cursor: string | undefined, signal: AbortSignal): Promise<BuildSearch>;
  /** `cursor` is asked at each (re)connect: what the page holds. Returns the function that ends it. */
  watch(cursor: () => { generation: number; after: number }, listener: LogListener): () => void;
  download(form: DownloadForm): string;
  /** All steps of the build in one archive. */
  downloadBuild(form: DownloadForm): string;
}
