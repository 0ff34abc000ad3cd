import type { DoctorFinding, DoctorState } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { type Shape, ShapeIcon } from '../../ui/status-icon.tsx';
import css from './doctor.module.css';
import { useFindingWords } from './words.ts';

const shapes: Record<DoctorState, Shape> = {
  ok: 'success',
  warning: 'notice',
  broken: 'failure',
  unchecked: 'skipped',
};

/** One hop: how it is, what to do, and what was tried and came back, folded where all is well. */
export function FindingRow({ finding }: { finding: DoctorFinding }) {
  const { t } = useTranslation('doctor');
  const { hop, sentence, advice } = useFindingWords()(finding);
  const { state, tried, raw } = finding;
  const wrong = state === 'broken' || state === 'warning';
  return (
    <li className={css.finding} data-state={state}>
      <ShapeIcon shape={shapes[state]} label={t(`state.${state}`)} />
      <h3 className={css.hop}>{hop}</h3>
      <div className={css.text}>
        <p>{sentence}</p>
        {advice ? <p className={wrong ? '' : 't2'}>{advice}</p> : null}
        {tried || raw ? (
          <details className={css.details} open={wrong}>
            <summary>{t('details')}</summary>
            <dl>
              {tried ? (
                <div>
                  <dt>{t('tried')}</dt>
                  <dd className="mono">{tried}</dd>
                </div>
              ) : null}
              {raw ? (
                <div>
                  <dt>{t('said')}</dt>
                  <dd className="mono">{raw}</dd>
                </div>
              ) : null}
            </dl>
          </details>
        ) : null}
      </div>
    </li>
  );
}
