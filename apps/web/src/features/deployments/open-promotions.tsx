import type { Promotion } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.ts';
import { useSeveralServers } from '../../lib/session.ts';
import { Link } from '../../ui/link.tsx';
import { InstanceBadge, RepositoryName } from '../../ui/names.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { useGap } from '../../ui/sentences.ts';
import { ShapeIcon } from '../../ui/status-icon.tsx';
import { Time } from '../../ui/time.tsx';
import css from './open-promotions.module.css';

/** On the Deck until they are settled: promotions nobody knows the end of. Nothing when there is none. */
export function OpenPromotions({ promotions }: { promotions: readonly Promotion[] }) {
  const { t } = useTranslation('deployments');
  const gap = useGap();
  const several = useSeveralServers();
  if (promotions.length === 0) return null;
  return (
    <section aria-label={t('open.title')}>
      <SectionHead title={t('open.title')} count={promotions.length} />
      <ul>
        {promotions.map(({ key, server, path, kind, from, environment, by, state, requestedAt }) => (
          <li key={key} className={css.item}>
            <ShapeIcon shape={state === 'sending' ? 'running' : 'notice'} />
            <div className={css.text}>
              <Link to={paths.deployments(server, path)} className="text-link" data-row>
                <RepositoryName path={path} />{' '}
                <span className="num">{t(`open.${kind}`, { from, environment })}</span>
              </Link>{' '}
              {several ? <InstanceBadge id={server} /> : null}
              <p className="t2 xs">
                {t(`open.${state === 'sending' ? 'sending' : 'uncertain'}`)}
                {gap}
                {by} · <Time at={requestedAt} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
