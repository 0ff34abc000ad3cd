import type { ForgeInfo, Identity, Viewer } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from '../../lib/address.ts';
import { api } from '../../lib/api.ts';
import { leave } from '../../lib/leave.ts';
import { useConsole } from '../../lib/session.ts';
import { useSubmit } from '../../lib/use-submit.ts';
import { Note } from '../../ui/note.tsx';
import { SectionHead } from '../../ui/page.tsx';
import { FormProblem } from '../../ui/problem.tsx';
import { ShapeIcon } from '../../ui/status-icon.tsx';
import css from './account.module.css';
import { Instance } from './instance.tsx';
import { RemoveIdentity } from './remove-identity.tsx';

const ForgeCredentials = lazy(() =>
  import('../../ui/forge-credentials.tsx').then((m) => ({ default: m.ForgeCredentials })),
);

/** The person's accounts on forges: add one, sign in there again, take one away. Not shown where there is one forge. */
export function Identities({ viewer }: { viewer: Viewer }) {
  const { t } = useTranslation('account');
  const forges = useConsole()?.forges ?? [];
  const [search, change] = useSearch();
  const [typing, setTyping] = useState<string | null>(null);
  const [removing, setRemoving] = useState<{ forge: ForgeInfo; identity: Identity } | null>(null);
  const [said, say] = useState<string | null>(null);
  const client = useQueryClient();
  const { busy, error, run } = useSubmit();
  if (forges.length < 2 && viewer.identities.length < 2) return null;
  const added = forges.find((forge) => forge.id === search.added)?.name;
  const done = (message: string) => {
    setTyping(null);
    setRemoving(null);
    change({ added: undefined }, { replace: true });
    say(message);
    void client.invalidateQueries();
  };
  const begin = (forge: ForgeInfo) => {
    say(null);
    if (forge.credentials) return setTyping(forge.id);
    void run(async () => leave.to((await api.identities.begin({ forge: forge.id })).url));
  };
  const message = said ?? (added ? t('identities.added', { forge: added }) : null);
  return (
    <section>
      <SectionHead title={t('identities.title')} />
      <p className={`${css.lead} t2`}>{t('identities.lead')}</p>
      {message ? (
        <Note kind="success" live>
          {message}
        </Note>
      ) : null}
      <FormProblem error={error} />
      <ul>
        {forges.map((forge) => {
          const identity = viewer.identities.find((one) => one.forge === forge.id);
          return (
            <li key={forge.id} className={css.account}>
              <Row
                forge={forge}
                identity={identity}
                alone={viewer.identities.length === 1}
                busy={busy}
                onAdd={() => begin(forge)}
                onRemove={() => identity && setRemoving({ forge, identity })}
              />
              {typing === forge.id ? (
                <Suspense fallback={null}>
                  <ForgeCredentials
                    forge={forge}
                    submit={t('identities.addSubmit', { forge: forge.name })}
                    send={(credentials) => api.identities.add({ forge: forge.id, credentials })}
                    onDone={() => done(t('identities.added', { forge: forge.name }))}
                    onCancel={() => setTyping(null)}
                  />
                </Suspense>
              ) : null}
            </li>
          );
        })}
      </ul>
      {removing ? (
        <RemoveIdentity
          {...removing}
          last={viewer.identities.length === 1}
          onClose={() => setRemoving(null)}
          onDone={() => done(t('identities.removed', { forge: removing.forge.name }))}
        />
      ) : null}
    </section>
  );
}

interface RowProps {
  forge: ForgeInfo;
  identity: Identity | undefined;
  /** The person's only one. */
  alone: boolean;
  busy: boolean;
  onAdd: () => void;
  onRemove: () => void;
}

function Row({ forge, identity, alone, busy, onAdd, onRemove }: RowProps) {
  const { t } = useTranslation('account');
  const state = identity ? (identity.signedIn ? 'signedIn' : 'ended') : 'none';
  const shape = { signedIn: 'success', ended: 'notice', none: 'skipped' } as const;
  return (
    <div className={css.line}>
      <Instance id={forge.id} />
      <span className={css.state}>
        <ShapeIcon shape={shape[state]} />
        {t(`identities.${state}`)}
      </span>
      <span className="t2 grow">
        {identity ? t('as', { login: identity.login }) : null}{' '}
        {identity?.first && !alone ? `· ${t('identities.first')}` : null}
      </span>
      <span className={css.buttons}>
        {state === 'signedIn' ? null : (
          <Button loading={busy} onClick={onAdd}>
            {t(state === 'none' ? 'identities.add' : 'identities.again', { forge: forge.name })}
          </Button>
        )}
        {identity && (alone || !identity.first) ? (
          <Button variant="subtle" aria-label={`${t('identities.remove')} ${forge.name}`} onClick={onRemove}>
            {t('identities.remove')}
          </Button>
        ) : null}
      </span>
    </div>
  );
}
