import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { nonce } from '../lib/page-facts.ts';
import { createQueryClient } from '../lib/query-client.ts';
import { useScheme } from '../lib/theme.ts';
import '../ui/mantine.ts';
import { theme, variables } from '../ui/theme.ts';
import { createAppRouter } from './router.tsx';

export function App() {
  const [client] = useState(createQueryClient);
  const [router] = useState(createAppRouter);
  return (
    <Look>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Look>
  );
}

/** Theme and scheme. Its style element carries the page's nonce, or the policy would drop it. */
export function Look({ children }: { children: React.ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      forceColorScheme={useScheme()}
      getStyleNonce={nonce}
      env={import.meta.env.MODE === 'test' ? 'test' : 'default'}
    >
      {children}
    </MantineProvider>
  );
}
