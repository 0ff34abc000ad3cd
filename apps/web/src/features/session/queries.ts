import type { Preferences } from '@flightdeck/api-client/model';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { withBase } from '../../lib/page-facts.ts';
import { usePatchViewer, useViewer } from '../../lib/session.ts';

/** Shows the change at once; puts it back when the console refused it. */
export function useSetPreferences() {
  const patch = usePatchViewer();
  const before = useViewer()?.preferences;
  return useMutation({
    mutationFn: (preferences: Preferences) => api.session.setPreferences(preferences),
    onMutate: (preferences) => patch((viewer) => ({ ...viewer, preferences })),
    onError: () => {
      if (before) patch((viewer) => ({ ...viewer, preferences: before }));
    },
  });
}

/** Ends this session, or with `true` every session of the person. The page is loaded anew, so nothing stays in memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: (everywhere: boolean) =>
      everywhere ? api.session.signOutEverywhere() : api.session.signOut(),
    onSuccess: () => window.location.assign(withBase('/sign-in?signed-out=1')),
  });
}

/** Closes the offer to link an account on that server, for good. */
export function useDismissOffer() {
  const patch = usePatchViewer();
  return useMutation({
    mutationFn: (server: string) => api.accounts.dismiss({ server }),
    onMutate: (server) =>
      patch((viewer) => ({
        ...viewer,
        accounts: viewer.accounts.map((account) =>
          account.server === server ? { ...account, dismissed: true } : account,
        ),
      })),
  });
}
