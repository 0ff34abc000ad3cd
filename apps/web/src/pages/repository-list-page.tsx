import { Page } from '../ui/page.tsx';

export function RepositoryListPage() {
  return <Page>{null}</Page>;
}
