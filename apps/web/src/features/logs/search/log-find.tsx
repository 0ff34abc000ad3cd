import type { LogQuery } from '@flightdeck/api-client/model';
import { Button, TextInput } from '@mantine/core';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/icon.tsx';
import { IconButton } from '../icon-button.tsx';
import type { Find } from './find.ts';
import { HitCount } from './hit-count.tsx';
import type { useSearch } from './use-search.ts';

export interface LogFindProps {
  field: RefObject<HTMLInputElement | null>;
  find: Find;
  setFind: (find: Find) => void;
  search: ReturnType<typeof useSearch>;
  /** Index of the current hit among all, from 0; null before the first is visited. */
  hit: number | null;
  step: (by: 1 | -1) => void;
  /** Ends the search and gives the place back; only a phone has a sign for it. */
  onClose: () => void;
}

export function LogFind({ field, find, setFind, search, hit, step, onClose }: LogFindProps) {
  const { t } = useTranslation('logs');
  const { term } = find;
  const setTerm = (change: Partial<LogQuery>) => setFind({ ...find, term: { ...term, ...change } });
  return (
    <div className="log-search">
      <TextInput
        ref={field}
        className="log-find"
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        leftSection={<Icon name="search" small />}
        value={term.q}
        maxLength={256}
        onChange={(event) => setTerm({ q: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter' && search.fault) search.again();
          else if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') {
            setTerm({ q: '' });
            event.currentTarget.blur();
          }
        }}
      />
      <IconButton name="up" label={t('previousHit')} onClick={() => step(-1)} />
      <IconButton name="down" label={t('nextHit')} onClick={() => step(1)} />
      <span className="phone-only">
        <IconButton name="close" label={t('closeSearch')} onClick={onClose} />
      </span>
      <IconButton
        text="Aa"
        label={t('matchCase')}
        pressed={term.matchCase}
        onClick={() => setTerm({ matchCase: !term.matchCase })}
      />
      <IconButton
        text="|ab|"
        label={t('wholeWord')}
        pressed={term.word}
        onClick={() => setTerm({ word: !term.word })}
      />
      <IconButton
        text=".*"
        label={t('regex')}
        pressed={term.regex}
        onClick={() => setTerm({ regex: !term.regex })}
      />
      <Button
        size="compact-xs"
        aria-pressed={find.everywhere}
        onClick={() => setFind({ ...find, everywhere: !find.everywhere })}
      >
        {t('allSteps')}
      </Button>
      <HitCount asked={term.q !== ''} search={search} hit={hit} />
    </div>
  );
}
