import type { Person as PersonFacts } from '@flightdeck/api-client/model';
import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import css from './names.module.css';

/** Display name; the login in the tooltip. */
export function Person({ person, avatar = false }: { person: PersonFacts; avatar?: boolean }) {
  const { t } = useTranslation();
  const name = person.name || person.login || t('person_unknown');
  const label = (
    <span className={css.person}>
      {avatar ? <Avatar name={name} /> : null}
      <span className="cut">{name}</span>
    </span>
  );
  return person.login && person.login !== name ? <Tooltip label={person.login}>{label}</Tooltip> : label;
}

/** The first letter in a circle. Pictures of the forge are not loaded: its address may not be reachable from here. */
export function Avatar({ name, big = false }: { name: string; big?: boolean }) {
  return (
    <span className={css.avatar} data-big={big || undefined} aria-hidden="true">
      {[...name.trim()][0]?.toLocaleUpperCase() ?? '?'}
    </span>
  );
}

/** Group in grey, name in text colour; nested groups shorten in the middle, the whole path in the tooltip. */
export function RepositoryName({ path, strong = false }: { path: string; strong?: boolean }) {
  const parts = path.split('/');
  const name = parts.at(-1) ?? path;
  const groups = parts.slice(0, -1);
  const shown = groups.length > 2 ? [groups[0], '…', groups.at(-1)] : groups;
  const text = (
    <span className="cut">
      <span className="t2">{shown.join('/')}/</span>
      <span data-strong={strong || undefined} className={css.name}>
        {name}
      </span>
    </span>
  );
  return shown.length === groups.length ? text : <Tooltip label={path}>{text}</Tooltip>;
}

/** A branch or a tag: mono, cut at the end, whole in the tooltip. */
export function Ref({ name }: { name: string }) {
  return (
    <span className={`${css.ref} cut`} title={name}>
      {name}
    </span>
  );
}

/** Seven characters of a commit. */
export function Commit({ sha }: { sha: string }) {
  return (
    <span className={css.ref} title={sha}>
      {sha.slice(0, 7)}
    </span>
  );
}

/** For names of servers and the like, nothing else. */
export function Badge({ children }: { children: React.ReactNode }) {
  return <span className={css.badge}>{children}</span>;
}
