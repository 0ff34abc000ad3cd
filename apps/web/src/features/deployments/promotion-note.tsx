import { toRepoKey } from '@flightdeck/api-client/contract';
import type { Promotion } from '@flightdeck/api-client/model';
import { CloseButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { orpc } from '../../lib/api.ts';
import { Link } from '../../ui/link.tsx';
import { Note, type NoteKind } from '../../ui/note.tsx';

interface PromotionNoteProps {
  server: string;
  path: string;
  /** The idempotency key from the address: a reloaded page shows the same promotion. */
  promotionKey: string;
  serverName: string;
  onClose: () => void;
}

/** What became of a promotion; asks again until that is settled. An uncertain outcome is its own state. */
export function PromotionNote({ server, path, promotionKey, serverName, onClose }: PromotionNoteProps) {
  const { data: promotion } = useQuery(
    orpc.deployments.promotion.queryOptions({
      // Asked for while it is only being sent, it may not stand yet.
      retry: 20,
      retryDelay: 1_000,
      input: { server, repo: toRepoKey(path), key: promotionKey },
      refetchInterval: (query) =>
        query.state.data?.state === 'sending'
          ? 1_000
          : query.state.data?.state === 'uncertain'
            ? 5_000
            : false,
    }),
  );
  return promotion ? (
    <PromotionState promotion={promotion} serverName={serverName} onClose={onClose} />
  ) : null;
}

const kinds: Record<Promotion['state'], NoteKind> = {
  sending: 'plain',
  started: 'success',
  nothing: 'waiting',
  refused: 'failure',
  uncertain: 'waiting',
};

interface PromotionStateProps {
  promotion: Promotion;
  serverName: string;
  onClose?: () => void;
}

/** One sentence about a promotion, the server's own words, and the way to its build. */
export function PromotionState({ promotion, serverName, onClose }: PromotionStateProps) {
  const { t } = useTranslation('deployments');
  const { t: tc } = useTranslation();
  const { server, path, from, environment, state, build, raw } = promotion;
  return (
    <Note
      kind={kinds[state]}
      live
      aside={
        <>
          {build !== null && (
            <Link to={paths.build(server, path, build)} className="link">
              {t('note.open', { number: build })}
            </Link>
          )}
          {onClose && <CloseButton size="sm" aria-label={tc('action.close')} onClick={onClose} />}
        </>
      }
    >
      {t(state === 'nothing' && build !== null ? 'note.hangs' : `note.${state}`, {
        from,
        environment,
        server: serverName,
        number: build ?? 0,
      })}
      {raw && <code className="xs t2"> {raw}</code>}
    </Note>
  );
}
