import type { ForgeInfo } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { leave } from '../../lib/leave.ts';
import { safeReturn, withBase } from '../../lib/page-facts.ts';
import css from './sign-in-panel.module.css';

// Only a few forges need it, and the sign-in page is everybody's first.
const ForgeCredentials = lazy(() =>
  import('../../ui/forge-credentials.tsx').then((m) => ({ default: m.ForgeCredentials })),
);

interface Props {
  forge: ForgeInfo;
  /** The page that was asked for, as the address says. */
  back: string | undefined;
  /** The most likely one: its button stands out. */
  first: boolean;
  /** After a failure. */
  again: boolean;
  /** The only one: its form stands open. */
  only: boolean;
}

/** One forge: a button that leads to it, or one that opens the form where it has no page to lead to. */
export function SignInWay({ forge, back, first, again, only }: Props) {
  const { t } = useTranslation('session');
  const [open, setOpen] = useState(only);
  const words = t(again ? 'again' : 'with', { forge: forge.name });
  const look = { variant: first ? 'filled' : 'default', className: css.button ?? '' };
  const href = beginUrl(forge, back);
  if (href !== null) {
    return (
      <Button component="a" href={href} {...look}>
        {words}
      </Button>
    );
  }
  if (!open) {
    return (
      <Button {...look} onClick={() => setOpen(true)}>
        {words}
      </Button>
    );
  }
  let target = withBase('/');
  return (
    <Suspense fallback={null}>
      <ForgeCredentials
        forge={forge}
        submit={t('credentials.submit', { forge: forge.name })}
        send={async (credentials) => {
          const wanted = withBase(safeReturn(back));
          target = (await api.session.signIn({ forge: forge.id, credentials, return: wanted })).returnTo;
        }}
        // A page that begins anew: nothing of a guest's stays.
        onDone={() => leave.to(target)}
      />
    </Suspense>
  );
}

/**
 * Address to begin signing in at: it carries the page that was asked for, checked here and again by the console. null:
 * this forge has none.
 */
function beginUrl({ signInUrl }: ForgeInfo, back: string | undefined): string | null {
  const target = safeReturn(back);
  if (signInUrl === null || target === '/') return signInUrl;
  const mark = signInUrl.includes('?') ? '&' : '?';
  return `${signInUrl}${mark}return=${encodeURIComponent(withBase(target))}`;
}
