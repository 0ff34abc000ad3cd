import type { StageWait } from '@flightdeck/api-client/contract';
import { isFinished, type Stage, stageLabel, type WaitReason } from '@flightdeck/api-client/model';
import { useTranslation } from 'react-i18next';
import { clockText } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { useWaitSentence } from '../../ui/sentences.ts';
import { StatusIcon, useStatusWord } from '../../ui/status-icon.tsx';
import css from './time-line.module.css';
import { type Bar, layTimeLine } from './time-line-layout.ts';

const percent = (part: number): string => `${(part * 100).toFixed(3)}%`;
const LANE = 24;

interface TimeLineProps {
  stages: readonly Stage[];
  /** Why those wait that do. */
  waits: readonly StageWait[];
  createdAt: number;
  finished: boolean;
  /** Number of the stage that is open. */
  open: number | null;
  onOpen: (stage: Stage) => void;
}

/** When each stage waited and ran. The names are buttons; bars and dependencies repeat what names and words say. */
export function TimeLine({ stages, waits, createdAt, finished, open, onOpen }: TimeLineProps) {
  const { t } = useTranslation('build');
  const now = useNow(!finished);
  const { bars, ticks, span } = layTimeLine(stages, createdAt, now);
  const wait = useWaitSentence();
  const said = new Set(waits.map((one) => wait(one.reason))).size === 1;
  return (
    <section className={css.timeLine} aria-label={t('timeline')}>
      <div className={css.caption}>{t('stages', { count: stages.length })}</div>
      <div className={css.axis} aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} style={{ left: percent(tick / span) }} data-end={tick / span > 0.88 || undefined}>
            {clockText(tick)}
          </span>
        ))}
      </div>
      <div className={css.scroll} data-many={stages.length > 8 || undefined}>
        <ul className={css.names}>
          {stages.map((stage) => (
            <li key={stage.number}>
              <button
                type="button"
                className={css.name}
                aria-current={stage.number === open || undefined}
                onClick={() => onOpen(stage)}
              >
                <StatusIcon status={stage.status} />
                <span className="cut" title={stageLabel(stage)}>
                  {stageLabel(stage)}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <div className={css.lanes}>
          {ticks.map((tick) => (
            <i key={tick} className={css.grid} style={{ left: percent(tick / span) }} />
          ))}
          <Dependencies bars={bars} />
          {bars.map((bar) => (
            <Lane
              key={bar.stage.number}
              bar={bar}
              reason={waits.find((one) => one.stage === bar.stage.number)?.reason ?? null}
              now={now}
              quiet={said}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

interface LaneProps {
  bar: Bar;
  reason: WaitReason | null;
  now: number;
  /** The sentence above says why it waits: here it is only for who cannot see the bars. */
  quiet: boolean;
}

function Lane({ bar, reason, now, quiet }: LaneProps) {
  const { t } = useTranslation('build');
  const word = useStatusWord();
  const wait = useWaitSentence();
  const { stage, waitFrom, from, to, begun } = bar;
  const took = stage.startedAt === null ? '' : clockText((stage.finishedAt ?? now) - stage.startedAt);
  const label = begun ? took : word(stage.status);
  const why = reason && wait(reason);
  const status = word(stage.status);
  return (
    <div
      className={css.lane}
      role="img"
      aria-label={
        why
          ? t('stageWaits', { stage: stageLabel(stage), status, why })
          : t('stageTimes', { stage: stageLabel(stage), status, took: label })
      }
    >
      {from - waitFrom > 0.004 && stage.status !== 'skipped' && (
        <i className={css.wait} style={{ left: percent(waitFrom), width: percent(from - waitFrom) }} />
      )}
      {begun && (
        <i
          className={css.bar}
          data-status={stage.status}
          data-open={!isFinished(stage.status) || undefined}
          style={{ left: percent(from), width: `max(3px, ${percent(to - from)})` }}
        />
      )}
      {why && !begun && !quiet && (
        <span className={css.why} style={{ right: percent(1 - to), maxWidth: percent(to) }} title={why}>
          {why}
        </span>
      )}
      <span className={css.took} style={{ left: percent(to) }}>
        {label}
      </span>
    </div>
  );
}

/** Elbows from the end of a stage to the begin of those that depend on it. */
function Dependencies({ bars }: { bars: readonly Bar[] }) {
  // All stages of a matrix have one name: whoever waits for it waits for each of them.
  const lanes = bars.map((bar, index) => ({ bar, index }));
  const lines = lanes.flatMap((after) =>
    lanes.flatMap((before) => {
      const waits = after.bar.stage.dependsOn.includes(before.bar.stage.name) && before.index !== after.index;
      if (!waits || !before.bar.begun || !after.bar.begun) return [];
      const key = `${before.bar.stage.number}>${after.bar.stage.number}`;
      return [{ key, x: before.bar.to, from: before.index, to: after.index }];
    }),
  );
  if (lines.length === 0) return null;
  return (
    <svg className={css.dependencies} width="100%" height={bars.length * LANE} aria-hidden="true">
      {lines.map(({ key, x, from, to }) => (
        <line
          key={key}
          x1={percent(x)}
          x2={percent(x)}
          y1={from * LANE + LANE / 2}
          y2={to * LANE + LANE / 2}
        />
      ))}
    </svg>
  );
}
