import type { Repository } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { AsyncView, SkeletonRows } from '../../ui/async-view.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { usePublicSearch } from './queries.ts';
import { RepositoryTable } from './repository-table.tsx';

interface Props {
  q: string;
  /** Repositories that stand in the list above already. */
  mine: readonly Repository[];
  onActivate: (repository: Repository) => void;
}

/** Public repositories of others, from two characters on. */
export function PublicOthers({ q, mine, onActivate }: Props) {
  const { t } = useTranslation('repos');
  const found = usePublicSearch(q);
  if (q.length < 2) return null;
  const known = new Set(mine.map((repository) => `${repository.server}/${repository.path}`));
  const others = (list: readonly Repository[]) =>
    list.filter((repository) => !known.has(`${repository.server}/${repository.path}`));
  return (
    <section>
      <SectionHead title={t('others.title')} />
      <AsyncView
        query={found}
        skeleton={<SkeletonRows rows={2} />}
        empty={(list) => (others(list).length === 0 ? t('others.empty') : null)}
      >
        {(list) => (
          <RepositoryTable
            label={t('others.title')}
            repositories={others(list)}
            servers={[]}
            onActivate={onActivate}
          />
        )}
      </AsyncView>
    </section>
  );
}
