import type { Problem as ProblemFacts } from '@flightdeck/api-client/contract';
import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { here, withBase } from '../lib/page-facts.ts';
import { asProblem } from '../lib/problem.ts';
import { useConsole, useInstanceName, useKnownViewer } from '../lib/session.ts';
import { Link } from './link.tsx';
import css from './problem.module.css';
import { ShapeIcon } from './status-icon.tsx';

const SyncOffer = lazy(() => import('./sync-offer.tsx').then((m) => ({ default: m.SyncOffer })));

/** The sentence for a problem in the reader's language. */
export function useProblemSentence(): (problem: ProblemFacts) => string {
  const { t } = useTranslation('problems');
  const name = useInstanceName();
  return (problem) =>
    t(problem.code, {
      instance: problem.instance ? name(problem.instance) : t('instance'),
      seconds: problem.retryAfter ?? 1,
    });
}

/** Where the data would be: sentence, code, one action; the server's own message unfolds below. */
export function ProblemView({
  error,
  retry,
  action,
}: {
  error: unknown;
  retry?: () => void;
  action?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const sentence = useProblemSentence();
  const problem = asProblem(error);
  return (
    <div className={css.problem} role="alert">
      <div className={css.line}>
        <ShapeIcon shape="notice" label={t('state.notice')} />
        <p className={css.sentence}>{sentence(problem)}</p>
        <code className={css.code}>{problem.code}</code>
        {action}
        <SignInAgain problem={problem} />
        {problem.code === 'needs_sync' && problem.instance ? (
          <Suspense fallback={null}>
            <SyncOffer server={problem.instance} />
          </Suspense>
        ) : null}
        <AskDoctor problem={problem} />
        {retry ? <Button onClick={retry}>{t('action.retry')}</Button> : null}
      </div>
      <ProblemDetails problem={problem} />
    </div>
  );
}

/** A forge that ended the sign-in (its grant was revoked) cannot be asked again; signing in leads back to this page. */
export function SignInAgain({ problem }: { problem: Pick<ProblemFacts, 'code' | 'instance'> }) {
  const { t } = useTranslation();
  const forges = useConsole()?.forges ?? [];
  if (problem.code !== 'forge_signed_out') return null;
  const forge = forges.find((known) => known.id === problem.instance) ?? forges[0];
  if (!forge) return null;
  const { signInUrl } = forge;
  const mark = signInUrl?.includes('?') ? '&' : '?';
  // Where the forge has no page for it, the account page has the form.
  const href = signInUrl ? `${signInUrl}${mark}return=${encodeURIComponent(here())}` : withBase('/account');
  return (
    <Button component="a" href={href}>
      {t('action.signInAgain')}
    </Button>
  );
}

/** What a wrong configuration may be behind, as an administrator sees it. */
const ofConfiguration: ReadonlySet<ProblemFacts['code']> = new Set([
  'forge_unreachable',
  'forge_timeout',
  'forge_refused',
  'ci_unreachable',
  'ci_timeout',
  'ci_answer_unreadable',
  'ci_token_refused',
  'link_misdirected',
]);

function AskDoctor({ problem }: { problem: Pick<ProblemFacts, 'code'> }) {
  const { t } = useTranslation();
  const viewer = useKnownViewer();
  if (!viewer?.administrator || !ofConfiguration.has(problem.code)) return null;
  return (
    <Link to={paths.doctor()} className="link">
      {t('person.doctor')}
    </Link>
  );
}

/** The raw message and the request's id, folded. Nothing when there is neither. */
export function ProblemDetails({ problem, label }: { problem: ProblemFacts; label?: string }) {
  const { t } = useTranslation();
  if (!problem.raw && !problem.requestId) return null;
  return (
    <details className={css.details}>
      <summary>{label ?? t(problem.raw ? 'state.raw' : 'state.details')}</summary>
      {problem.raw ? <pre className={css.raw}>{problem.raw}</pre> : null}
      {problem.requestId ? (
        <p className="xs t3">
          {t('state.requestId')} <code>{problem.requestId}</code>
        </p>
      ) : null}
    </details>
  );
}

/** Inside a form or a dialog: the same without a retry button, for the form has its own. */
export function FormProblem({ error, children }: { error: unknown; children?: React.ReactNode }) {
  const sentence = useProblemSentence();
  if (!error) return null;
  const problem = asProblem(error);
  return (
    <div className={css.form} role="alert">
      <p>
        {sentence(problem)} <code className={css.code}>{problem.code}</code>
      </p>
      {children}
      <ProblemDetails problem={problem} />
    </div>
  );
}
