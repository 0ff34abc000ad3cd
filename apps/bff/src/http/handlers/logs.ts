import type { LogsService } from '../../services/logs.ts';
import { inRepository } from '../orpc.ts';

export const logHandlers = ({ logs }: { logs: LogsService }) => ({
  summary: inRepository.logs.summary.handler(({ context, input }) => logs.summary(context.repo, input)),
  lines: inRepository.logs.lines.handler(({ context, input }) => logs.lines(context.repo, input, input)),
  search: inRepository.logs.search.handler(({ context, input }) =>
    logs.search(context.repo, input, input, input.from),
  ),
  matches: inRepository.logs.matches.handler(({ context, input }) =>
    logs.matches(context.repo, input, input, input),
  ),
  marks: inRepository.logs.marks.handler(({ context, input }) => logs.marks(context.repo, input, input.from)),
  searchBuild: inRepository.logs.searchBuild.handler(({ context, input }) =>
    logs.searchBuild(context.repo, input.number, input, input.cursor),
  ),
});
