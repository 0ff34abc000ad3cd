import type { BuildEvent, CiRepository } from '../world/model.ts';

/** What a new build is made from: the hook's payload, or an older build and what was added to it. */
export interface BuildInput {
  repo: CiRepository;
  event: BuildEvent;
  trigger: string;
  action: string;
  link: string;
  ref: string;
  before: string;
  after: string;
  source: string;
  target: string;
  sourceRepo: string;
  title: string;
  message: string;
  authorLogin: string;
  authorName: string;
  authorEmail: string;
  authorAvatar: string;
  sender: string;
  params: Record<string, string>;
  cron: string;
  deployTo: string;
  parent: number;
  debug: boolean;
}

/** A refusal with the status and words of the real server. */
export class CiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The pipeline file is missing: the real server tries three times, some 45 s in all, and then answers 500. */
export class MissingPipelineFile extends CiError {
  constructor() {
    super(500, 'Not Found');
  }
}
