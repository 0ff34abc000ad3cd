import { type DoctorFinding, type DoctorReport, doctorVerdict } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { Note } from '../../ui/note.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { useAgoText } from '../../ui/time.tsx';
import css from './doctor.module.css';
import { FindingRow } from './finding-row.tsx';

const kinds = { ok: 'success', warning: 'waiting', broken: 'failure' } as const;

/** The verdict, then the console's own hops, then each forge's and CI server's. */
export function DoctorReportView({ report }: { report: DoctorReport }) {
  const { t } = useTranslation(['doctor', 'common']);
  const ago = useAgoText();
  const verdict = doctorVerdict(report.findings);
  const count = report.findings.filter((finding) => finding.state === verdict).length;
  const of = (instance: string | null) => report.findings.filter((one) => one.instance === instance);
  return (
    <div className={css.report}>
      <Note kind={kinds[verdict]} live>
        <p>{verdict === 'ok' ? t('result.ok') : t(`result.${verdict}`, { count })}</p>
        <p className="t2 xs">
          {t('took', {
            time: ago(report.startedAt + report.tookMs, Date.now()),
            seconds: (report.tookMs / 1_000).toFixed(1),
          })}
        </p>
      </Note>
      <Hops title={t('common:product')} findings={of(null)} />
      {report.instances.map(({ id, name, product }) => (
        <Hops key={id} title={name} more={name === product ? id : product} findings={of(id)} />
      ))}
    </div>
  );
}

function Hops({
  title,
  more,
  findings,
}: {
  title: string;
  more?: string;
  findings: readonly DoctorFinding[];
}) {
  return (
    <section>
      <SectionHead title={title} {...(more ? { more } : {})} />
      <ul>
        {findings.map((finding) => (
          <FindingRow key={finding.hop} finding={finding} />
        ))}
      </ul>
    </section>
  );
}
