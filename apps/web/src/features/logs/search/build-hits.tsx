import type { LogQuery } from '@flightdeck/api-client/model';
import { lineText } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { countText } from '../../../lib/format.ts';
import { useProblemSentence } from '../../../ui/problem.tsx';
import type { LogFeed } from '../feed.ts';
import { type StepHits, useBuildSearch } from './use-build-search.ts';

export interface StepName {
  stage: number;
  step: number;
  name: string;
}

interface BuildHitsProps {
  feed: LogFeed;
  term: LogQuery;
  awake: boolean;
  steps: readonly StepName[];
  addressOf: (stage: number, step: number, pos: number) => string;
  open: (address: string) => void;
  hrefOf: (address: string) => string;
}

/** Hits in all steps of the build: each step with its count and its first hits, which lead there. */
export function BuildHits({ feed, term, awake, steps, ...links }: BuildHitsProps) {
  const { t, i18n } = useTranslation('logs');
  const sentence = useProblemSentence();
  const { byStep, complete, fault } = useBuildSearch(feed, term, awake);
  const number = (n: number) => countText(n, i18n.language);
  const total = byStep.reduce((sum, one) => sum + one.total, 0);
  const withHits = byStep.filter((one) => one.total > 0 || one.problem !== null).length;
  const say = (): string => {
    if (term.q === '') return t('build.ask');
    if (fault) return t('searchFailed', { why: sentence(fault) });
    const words = {
      count: total,
      total: number(total),
      steps: number(withHits),
      searched: number(byStep.length),
    };
    return complete ? t(total === 0 ? 'build.none' : 'build.found', words) : t('build.soFar', words);
  };
  return (
    <section className="log-build-hits" aria-label={t('build.label')}>
      <p role="status">{say()}</p>
      {term.q !== '' &&
        byStep
          .filter((one) => one.total > 0 || one.problem !== null)
          .map((one) => (
            <StepGroup
              key={`${one.stage}/${one.step}`}
              hits={one}
              name={steps.find((s) => s.stage === one.stage && s.step === one.step)?.name ?? ''}
              {...links}
            />
          ))}
    </section>
  );
}

function StepGroup({
  hits,
  name,
  addressOf,
  open,
  hrefOf,
}: Pick<BuildHitsProps, 'addressOf' | 'open' | 'hrefOf'> & { hits: StepHits; name: string }) {
  const { t, i18n } = useTranslation('logs');
  const more = hits.total - hits.hits.length;
  return (
    <>
      <h3>
        {name}{' '}
        <span className="t2">
          {hits.problem
            ? t('build.notSearched')
            : t('build.inStep', { count: hits.total, number: countText(hits.total, i18n.language) })}
        </span>
      </h3>
      <ul>
        {hits.hits.map((hit) => {
          const address = addressOf(hits.stage, hits.step, hit.pos);
          return (
            <li key={hit.index}>
              <a
                href={hrefOf(address)}
                onClick={(event) => {
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  open(address);
                }}
              >
                <span className="log-hit-num">{countText(hit.index + 1, i18n.language)}</span>
                <span className="log-hit-text">
                  <Marked text={hit.text} ranges={hit.ranges} />
                </span>
              </a>
            </li>
          );
        })}
      </ul>
      {more > 0 && <p className="t2">{t('build.more', { number: countText(more, i18n.language) })}</p>}
    </>
  );
}

/** A line as the log shows it. Where that reads differently from what was searched, places do not fit and nothing is marked. */
function Marked({ text, ranges }: { text: string; ranges: readonly (readonly [number, number])[] }) {
  const shown = lineText(text);
  const [first] = ranges;
  if (!first || shown !== text || first[1] > text.length) return shown;
  return (
    <>
      {text.slice(0, first[0])}
      <mark>{text.slice(first[0], first[1])}</mark>
      {text.slice(first[1])}
    </>
  );
}
