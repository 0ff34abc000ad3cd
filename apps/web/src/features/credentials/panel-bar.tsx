import type { Obstacle } from '@flightdeck/api-client/model';
import { Button } from '@mantine/core';
import { useActions } from '../../lib/actions.ts';
import { Icon } from '../../ui/icon.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Note } from '../../ui/note.tsx';
import { ObstacleText } from '../../ui/obstacle.tsx';
import css from './panel.module.css';

interface PanelBarProps {
  /** Of the action that adds one. */
  id: string;
  add: string;
  onAdd: () => void;
  /** Why the person may not; null = may. */
  obstacle: Obstacle | null;
  server: string;
  /** What was just done. */
  said: string | null;
  children: React.ReactNode;
}

/** Above a list of secrets or credentials: what it is, the way to add one, what was just done. */
export function PanelBar({ id, add, onAdd, obstacle, server, said, children }: PanelBarProps) {
  useActions(obstacle === null ? [{ id, label: add, keys: 'n', run: onAdd }] : []);
  return (
    <>
      <div className={css.bar}>
        {children}
        <span className="grow" />
        {obstacle === null ? (
          <Button leftSection={<Icon name="plus" small />} rightSection={<Kbd>N</Kbd>} onClick={onAdd}>
            {add}
          </Button>
        ) : (
          <ObstacleText obstacle={obstacle} server={server} />
        )}
      </div>
      {said ? (
        <div className={css.said}>
          <Note kind="success" live>
            {said}
          </Note>
        </div>
      ) : null}
    </>
  );
}
