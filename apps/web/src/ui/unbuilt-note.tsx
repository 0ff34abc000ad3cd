import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { useInstanceName } from '../lib/session.ts';
import { type AskedUnbuilt, useUnbuilt } from '../lib/unbuilt.ts';
import { Link } from './link.tsx';
import { Note } from './note.tsx';

/** Why the newest commit of a branch has no build, and what to do; nothing where it has one or nobody can know. */
export function UnbuiltNote(asked: AskedUnbuilt) {
  const { t } = useTranslation('builds');
  const name = useInstanceName();
  const { branch, event = 'push' } = asked;
  const { server, forge, path } = asked.repository;
  const data = useUnbuilt(asked);
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
