import {
  type SignInHop,
  type SignInProblemCode,
  signInHops,
  signInProblemCodes,
  signInProblemIdSchema,
} from '@flightdeck/api-client/contract';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Search } from '../../lib/address.ts';
import { orpc } from '../../lib/api.ts';
import { useInstanceName } from '../../lib/session.ts';
import { Note } from '../../ui/note.tsx';
import css from './sign-in-panel.module.css';

/**
 * Why the last sign-in failed: the hop, what to check, the forge's own words and the request. The address carries codes
 * of closed lists only; anything else in it is ignored, so that a forged link cannot put words on this page.
 */
export function SignInError({ search }: { search: Search }) {
  const { t } = useTranslation(['session', 'common']);
  const name = useInstanceName();
  const id = signInProblemIdSchema.safeParse(search.problem);
  const details = useQuery({
    ...orpc.session.signInProblem.queryOptions({ input: { id: id.data ?? '' } }),
    enabled: id.success,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  const code: SignInProblemCode =
    details?.code ?? signInProblemCodes.find((known) => known === search.error) ?? 'internal';
  const hop: SignInHop | null = details?.hop ?? signInHops.find((known) => known === search.hop) ?? null;
  const forgeId =
    details?.forge ?? (/^[a-z0-9][a-z0-9-]{0,39}$/.test(search.forge ?? '') ? search.forge : undefined);
  const forge = forgeId ? name(forgeId) : t('common:state.unknown');
  const request =
    details?.requestId ?? (/^[\w-]{1,64}$/.test(search.request ?? '') ? search.request : undefined);
  return (
    <Note kind="failure" live>
      <p className="strong">{t('error.title')}</p>
      <p>{t(`error.codes.${code}`, { forge })}</p>
      <dl className={css.facts}>
        {hop ? (
          <>
            <dt>{t('error.hop')}</dt>
            <dd>{t(`error.hops.${hop}`, { forge })}</dd>
          </>
        ) : null}
        <dt>{t('error.check')}</dt>
        <dd>{t(`error.advice.${code}`, { forge })}</dd>
        {details?.address ? (
          <>
            <dt>{t('error.address')}</dt>
            <dd>
              <code>{details.address}</code>
            </dd>
          </>
        ) : null}
        {details?.raw ? (
          <>
            <dt>{t('common:state.raw')}</dt>
            <dd>
              <code>{details.raw}</code>
            </dd>
          </>
        ) : null}
        {request ? (
          <>
            <dt>{t('common:state.requestId')}</dt>
            <dd>
              <code>{request}</code>
            </dd>
          </>
        ) : null}
      </dl>
      <p className="xs t2">
        <code>{code}</code>
      </p>
    </Note>
  );
}
