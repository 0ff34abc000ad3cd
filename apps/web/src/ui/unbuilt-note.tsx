import { toRepoKey } from '@flightdeck/api-client/contract';
import type { Repository } from '@flightdeck/api-client/model';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { orpc } from '../lib/api.ts';
import { useInstanceName } from '../lib/session.ts';
import { Link } from './link.tsx';
import { Note } from './note.tsx';

interface Props {
  repository: Pick<Repository, 'server' | 'forge' | 'path' | 'activation'>;
  branch: string;
  /** `custom`: before a build is started by hand, says why none would come of it. */
  event?: 'push' | 'custom';
  /** Another word asks anew: builds have come, or the history has been read. */
  known?: string;
}

/** Why the newest commit of a branch has no build, and what to do; nothing where it has one or nobody can know. */
export function UnbuiltNote({ repository, branch, event = 'push', known = '' }: Props) {
  const { t } = useTranslation('builds');
  const name = useInstanceName();
  const { server, forge, path, activation } = repository;
  const input = { server, repo: toRepoKey(path), branch, event };
  const { data } = useQuery({
    ...orpc.builds.unbuilt.queryOptions({ input, staleTime: 15_000, refetchInterval: 30_000, retry: false }),
    queryKey: [...orpc.builds.unbuilt.queryKey({ input }), known],
    enabled: branch !== '' && activation === 'active',
  });
  const reason = data?.reason;
  if (!data || !reason) return null;
  const words = {
    branch,
    commit: data.commit?.slice(0, 7) ?? '',
    file: data.pipelineFile,
    server: name(server),
    forge: name(forge),
  };
  if (event === 'custom') {
    if (reason !== 'no-pipeline-file' && reason !== 'nothing-runs') return null;
    return (
      <Note kind="waiting" live>
        {t(`unbuilt.custom.${reason}`, words)}
      </Note>
    );
  }
  return (
    <Note
      kind="waiting"
      aside={
        reason.startsWith('hook-') ? (
          <Link to={paths.settings(server, path)} className="link">
            {t('unbuilt.toSettings')}
          </Link>
        ) : null
      }
    >
      {t(`unbuilt.${reason}`, words)}
    </Note>
  );
}
