import { Page } from '../ui/page.tsx';

export function DeckPage() {
  return <Page>{null}</Page>;
}
