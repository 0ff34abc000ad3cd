import type { SettingsPart } from '../app/paths.ts';
import { Page } from '../ui/page.tsx';

export function SettingsPage(_props: { server: string; path: string; part: SettingsPart }) {
  return <Page>{null}</Page>;
}
