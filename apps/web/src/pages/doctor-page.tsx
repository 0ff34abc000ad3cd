import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import css from '../features/doctor/doctor.module.css';
import { DoctorReportView } from '../features/doctor/doctor-report.tsx';
import { orpc } from '../lib/api.ts';
import { AsyncView } from '../ui/async-view.tsx';
import { Page, PageHead } from '../ui/page.tsx';

/** For administrators: every hop of the installation, tried when the page opens and when they say so. */
export function DoctorPage() {
  const { t } = useTranslation('doctor');
  const report = useQuery(
    orpc.admin.doctor.queryOptions({
      // It calls every server: never by itself.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
      refetchOnWindowFocus: false,
      retry: false,
    }),
  );
  const { data, error, isPending, isFetching, dataUpdatedAt, refetch } = report;
  return (
    <Page>
      <PageHead
        title={t('title')}
        actions={
          error && !data ? null : (
            <Button loading={isFetching} onClick={() => void refetch()}>
              {t('again')}
            </Button>
          )
        }
      />
      <p className={`${css.lead} t2`}>{isPending ? t('running') : t('lead')}</p>
      <AsyncView query={{ data, error, isPending, dataUpdatedAt, refetch }}>
        {(found) => <DoctorReportView report={found} />}
      </AsyncView>
    </Page>
  );
}
