import { Page } from '../ui/page.tsx';

interface BuildPageProps {
  server: string;
  path: string;
  number: number;
  /** From the address; null = where the build opens by itself. */
  stage: number | null;
  step: number | null;
}

export function BuildPage(_props: BuildPageProps) {
  return <Page>{null}</Page>;
}
