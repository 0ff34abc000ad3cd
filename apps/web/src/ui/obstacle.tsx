import type { Obstacle } from '@flightdeck/api-client/model';
import { useInstanceName, useViewer } from '../lib/session.ts';
import { LinkButton } from './link-button.tsx';
import css from './obstacle.module.css';
import { useObstacleSentence } from './sentences.ts';
import { SyncOffer } from './sync-offer.tsx';

interface ObstacleTextProps {
  obstacle: Obstacle;
  server: string;
  /** Offer to link the account; not where the same offer stands right above. */
  offer?: boolean;
}

/** Why something cannot be done, beside what cannot be done; where a linked account would help, it is offered. */
export function ObstacleText({ obstacle, server, offer = true }: ObstacleTextProps) {
  const sentence = useObstacleSentence();
  const name = useInstanceName();
  const account = useViewer()?.accounts.find((known) => known.server === server);
  return (
    <span className={css.obstacle}>
      {sentence(obstacle, name(server))}
      {obstacle === 'needs-sync' ? <SyncOffer server={server} /> : null}
      {offer && obstacle === 'needs-link' && account ? <LinkButton account={account} /> : null}
    </span>
  );
}
