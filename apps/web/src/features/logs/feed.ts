import type { Problem, SearchHits } from '@flightdeck/api-client/contract';
import type { LogChunk, LogSummary } from '@flightdeck/api-client/model';
import type { SearchTerm } from './marks.ts';

export interface LogListener {
  summary(summary: LogSummary): void;
  /** The chunk may hold fewer lines than one fetched: what came since the last message. */
  lines(chunk: LogChunk): void;
  /** Whether the connection to the console stands. */
  connected(on: boolean): void;
  /** The console will send nothing more. */
  ended(problem: Problem): void;
}

/** Where a step's log comes from; the page puts HTTP and websocket behind it. */
export interface LogFeed {
  chunk(generation: number, from: number): Promise<LogChunk>;
  around(generation: number, pos: number): Promise<LogChunk>;
  search(term: SearchTerm, signal: AbortSignal): Promise<SearchHits>;
  /** `cursor` is asked at each (re)connect: what the page holds. Returns the function that ends it. */
  watch(cursor: () => { generation: number; after: number }, listener: LogListener): () => void;
  downloadUrl: string;
}
