/** Which step of which build, and on which CI server when it is not the first. */
export interface StepAt {
  server?: string;
  repo: string;
  build: number;
  stage: number;
  step: number;
}

export interface LogRecord {
  pos: number;
  out: string;
  time: number;
}

/** The sandbox's control door. */
export class Sandbox {
  readonly door: string;
  constructor(door: string) {
    this.door = door;
  }

  hold = (at: StepAt) => this.post('/steps/hold', at);
  release = (at: StepAt) => this.post('/steps/release', at);
  print = (at: StepAt, text: string) => this.post('/steps/print', { ...at, text });
  exit = (at: StepAt, code: number) => this.post('/steps/exit', { ...at, code });
  printed = (at: StepAt) =>
    this.get<{ text: string; records: LogRecord[]; held?: string }>('/steps/printed', at);
  stored = (at: StepAt) => this.get<LogRecord[] | null>('/steps/stored', at);
  push = (input: {
    repo: string;
    branch?: string;
    message: string;
    author: string;
    files?: Record<string, string | null>;
  }) =>
    this.post<{ sha: string; build: number | null; builds: Record<string, number | null> }>('/push', input);
  fault = (input: Record<string, unknown>) => this.post('/faults', input);
  clearFaults = () => this.request('DELETE', '/faults');
  cutStreams = (which: { server?: string; kind?: 'events' | 'log'; path?: string } = {}) =>
    this.post<{ cut: number }>('/streams/cut', which);
  restartServer = (times: { server?: string; silence?: number; down?: number } = {}) =>
    this.post('/server/restart', times);
  clock = (change: { rate?: number; paused?: boolean; advance?: number }) => this.post('/clock', change);
  queue = (paused: boolean) => this.post('/queue', { paused });
  calls = (filter: Record<string, string> = {}) =>
    this.get<{ method: string; path: string; status: number }[]>('/calls', filter);
  forgetCalls = () => this.request('DELETE', '/calls');

  post<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.request('POST', path, body);
  }
  get<T>(path: string, query: object): Promise<T> {
    const entries = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
    return this.request('GET', `${path}?${new URLSearchParams(entries)}`);
  }
  async request<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.door + path, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`control door ${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
