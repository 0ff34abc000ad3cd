import { ProblemError, problemCodes } from '@flightdeck/api-client/contract';
import type { Viewer } from '@flightdeck/api-client/model';
import { CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSearch } from '../../lib/address.ts';
import { withBase } from '../../lib/page-facts.ts';
import { useConsole, useInstanceName } from '../../lib/session.ts';
import { Note } from '../../ui/note.tsx';
import { FormProblem } from '../../ui/problem.tsx';

/**
 * Why a link by one click did not come about: the way back from the CI server ends here. The address carries a code of
 * a closed list, a server of this person and a request's id; anything else in it is ignored, so that a forged link
 * cannot put words on this page.
 */
export function LinkFailure({ viewer }: { viewer: Viewer }) {
  const { t } = useTranslation(['account', 'common']);
  const name = useInstanceName();
  const forges = useConsole()?.forges ?? [];
  const [search, change] = useSearch();
  const code = problemCodes.find((known) => known === search.link);
  if (!code) return null;
  const instance = viewer.accounts.find((account) => account.server === search.server)?.server ?? null;
  const requestId = /^[\w-]{1,64}$/.test(search.request ?? '') ? (search.request ?? null) : null;
  const problem = { code, message: code, instance, raw: null, requestId, fields: null, retryAfter: null };
  return (
    <Note
      kind="failure"
      live
      aside={
        <CloseButton
          aria-label={t('common:action.close')}
          onClick={() =>
            change({ link: undefined, server: undefined, request: undefined }, { replace: true })
          }
        />
      }
    >
      <p className="strong">
        {instance ? t('linkFailed', { server: name(instance) }) : t('linkFailedSomewhere')}
      </p>
      <FormProblem error={new ProblemError(problem)}>
        {code === 'link_misdirected' && instance && (
          <p>
            {t('linkMisdirected', {
              address: `${window.location.origin}${withBase(`auth/server/${instance}/callback`)}`,
              forge: forges.find((forge) => forge.id === viewer.forge)?.publicUrl ?? viewer.forge,
            })}
          </p>
        )}
      </FormProblem>
    </Note>
  );
}
