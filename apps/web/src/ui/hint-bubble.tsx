import { Tooltip } from '@mantine/core';

interface Props {
  label: string;
  target: HTMLElement;
  /** The mouse is still there now that this has been loaded. */
  open: boolean;
}

/** The tooltip of `Hint`. It opens by itself the first time; from then on the kit listens to the element. */
export function HintBubble({ label, target, open }: Props) {
  return <Tooltip label={label} target={target} defaultOpened={open} />;
}
