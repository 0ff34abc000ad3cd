import type { Person as PersonFacts } from '@flightdeck/api-client/model';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConsole, useInstanceName, useProductText } from '../lib/session.ts';
import { Hint } from './hint.tsx';
import css from './names.module.css';

/** Display name; the login in the tooltip. */
export function Person({ person, avatar = false }: { person: PersonFacts; avatar?: boolean }) {
  const { t } = useTranslation();
  const name = person.name || person.login || t('person_unknown');
  const label = (
    <span className={css.person}>
      {avatar ? <Avatar name={name} picture={person.avatarUrl} /> : null}
      <span className="cut">{name}</span>
    </span>
  );
  return person.login && person.login !== name ? <Hint label={person.login}>{label}</Hint> : label;
}

/**
 * The person's picture where a configured forge has it, else the first letter. Pictures of other hosts are not asked for:
 * they would learn who reads here, and the page's policy does not allow them. One that does not come leaves the letter.
 */
export function Avatar({
  name,
  picture = null,
  big = false,
}: {
  name: string;
  picture?: string | null;
  big?: boolean;
}) {
  const forges = useConsole()?.forges;
  const [broken, setBroken] = useState<string | null>(null);
  const shown = picture !== null && picture !== broken && isOfForge(picture, forges ?? []);
  return (
    <span className={css.avatar} data-big={big || undefined} aria-hidden="true">
      {shown ? (
        <img
          src={picture}
          alt=""
          loading="lazy"
          decoding="async"
          referrerPolicy="no-referrer"
          onError={() => setBroken(picture)}
        />
      ) : (
        ([...name.trim()][0]?.toLocaleUpperCase() ?? '?')
      )}
    </span>
  );
}

function isOfForge(picture: string, forges: readonly { publicUrl: string }[]): boolean {
  const address = URL.canParse(picture) ? new URL(picture) : null;
  // A page on https loads nothing over http.
  if (!address || (window.location.protocol === 'https:' && address.protocol !== 'https:')) return false;
  return forges.some(({ publicUrl }) => new URL(publicUrl).origin === address.origin);
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
  return shown.length === groups.length ? text : <Hint label={path}>{text}</Hint>;
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

/** Name of a CI server or forge; its product and version in the tooltip. */
export function InstanceBadge({ id }: { id: string }) {
  const name = useInstanceName()(id);
  const product = useProductText()(id);
  const badge = <span className={css.badge}>{name}</span>;
  return product === null ? badge : <Hint label={product}>{badge}</Hint>;
}

/** For names of servers and the like, nothing else. */
export function Badge({ children }: { children: React.ReactNode }) {
  return <span className={css.badge}>{children}</span>;
}
