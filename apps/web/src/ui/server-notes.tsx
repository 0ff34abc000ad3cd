import { type Problem, problemCodes } from '@flightdeck/api-client/contract';
import type { Health } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useInstanceName } from '../lib/session.ts';
import { Note } from './note.tsx';
import { ProblemDetails, SignInAgain, useProblemSentence } from './problem.tsx';
import { useGap } from './sentences.ts';
import css from './server-notes.module.css';
import { useSinceText } from './time.tsx';

/** For each server that does not answer: since when, what is shown instead, its own words, and another try. */
export function ServerNotes({ servers, retry }: { servers: readonly Health[]; retry: () => void }) {
  const { t } = useTranslation(['builds', 'common', 'problems']);
  const name = useInstanceName();
  const since = useSinceText();
  const silent = servers.filter(
    (server) => !server.ok && (server.code !== null || server.lastGoodAt !== null),
  );
  if (silent.length === 0) return null;
  const refused = silent.filter((server) => server.code === 'forge_signed_out');
  return (
    <div className={css.notes}>
      {/* It answers, and not to this person: only they can change that. */}
      {refused.map(({ id }) => (
        <Note
          key={id}
          kind="waiting"
          live
          aside={<SignInAgain problem={{ code: 'forge_signed_out', instance: id }} />}
        >
          {t('problems:forge_signed_out', { instance: name(id) })}
        </Note>
      ))}
      {silent
        .filter((server) => !refused.includes(server))
        .map((server) => (
          <Note
            key={server.id}
            kind="waiting"
            live
            aside={
              <>
                {server.code ? <code className="xs t2">{server.code}</code> : null}
                <Button size="compact-sm" onClick={retry}>
                  {t('common:action.tryNow')}
                </Button>
              </>
            }
          >
            {server.lastGoodAt === null
              ? t('deck.serverNever', { server: name(server.id) })
              : t('deck.server', { server: name(server.id), time: since(server.lastGoodAt) })}
            {server.raw ? <ProblemDetails problem={problemOf(server)} /> : null}
          </Note>
        ))}
    </div>
  );
}

/** Above something that its CI server could not be asked for just now: why, and as of when it is. Nothing otherwise. */
export function StaleNote({ stale, retry }: { stale: Health | null; retry: () => void }) {
  const { t } = useTranslation('common');
  const sentence = useProblemSentence();
  const since = useSinceText();
  const gap = useGap();
  if (stale === null) return null;
  const problem = problemOf(stale);
  return (
    <Note
      kind="waiting"
      live
      aside={
        <>
          <code className="xs t2">{problem.code}</code>
          <Button size="compact-sm" onClick={retry}>
            {t('action.tryNow')}
          </Button>
        </>
      }
    >
      {sentence(problem)}
      {gap}
      {stale.lastGoodAt === null ? null : t('state.staleAt', { time: since(stale.lastGoodAt) })}
      {stale.raw ? <ProblemDetails problem={problem} /> : null}
    </Note>
  );
}

const problemOf = (server: Health): Problem => ({
  code: problemCodes.find((code) => code === server.code) ?? 'ci_unreachable',
  message: '',
  instance: server.id,
  raw: server.raw,
  requestId: null,
  fields: null,
  retryAfter: null,
});
