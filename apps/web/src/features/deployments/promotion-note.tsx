import { toRepoKey } from '@flightdeck/api-client/contract';
import { CloseButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { orpc } from '../../lib/api.ts';
import { Link } from '../../ui/link.tsx';
import { Note } from '../../ui/note.tsx';

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
  const { t } = useTranslation('deployments');
  const { t: tc } = useTranslation();
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
  if (!promotion) return null;
  const words = {
    from: promotion.from,
    environment: promotion.environment,
    server: serverName,
    number: promotion.build ?? 0,
  };
  const kind =
    promotion.state === 'started'
      ? 'success'
      : promotion.state === 'refused'
        ? 'failure'
        : promotion.state === 'sending'
          ? 'plain'
          : 'waiting';
  return (
    <Note
      kind={kind}
      live
      aside={
        <>
          {promotion.build !== null && (
            <Link to={paths.build(server, path, promotion.build)} className="link">
              {t('note.open', { number: promotion.build })}
            </Link>
          )}
          <CloseButton size="sm" aria-label={tc('action.close')} onClick={onClose} />
        </>
      }
    >
      {t(`note.${promotion.state}`, words)}
      {promotion.raw && <code className="xs t2"> {promotion.raw}</code>}
    </Note>
  );
}
