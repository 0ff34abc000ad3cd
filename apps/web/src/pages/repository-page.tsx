import { Page } from '../ui/page.tsx';

export function RepositoryPage(_props: { server: string; path: string; tab: 'builds' | 'deployments' }) {
  return <Page>{null}</Page>;
}
