import { ActionIcon, Tooltip } from '@mantine/core';
import { Icon, type IconName } from '../../ui/icon.tsx';

interface IconButtonProps {
  name?: IconName;
  text?: string;
  label: string;
  pressed?: boolean;
  onClick: () => void;
}

/** A sign of the log's toolbar; its name stands in a tooltip. */
export function IconButton({ name, text, label, pressed, onClick }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-pressed={pressed} onClick={onClick}>
        {name ? <Icon name={name} small /> : <span className="mono">{text}</span>}
      </ActionIcon>
    </Tooltip>
  );
}
