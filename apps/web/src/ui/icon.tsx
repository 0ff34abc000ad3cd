import css from './icon.module.css';

/** Line drawings on 16 × 16. They always stand beside a word, so they say nothing to a screen reader. */
const drawings = {
  search: 'M7 2.4a4.6 4.6 0 1 1 0 9.2 4.6 4.6 0 0 1 0-9.2M10.4 10.4l3.4 3.4',
  down: 'M4 6.2 8 10l4-3.8',
  right: 'M6.2 4 10 8l-3.8 4',
  up: 'M4 9.8 8 6l4 3.8',
  left: 'M9.8 4 6 8l3.8 4',
  branch: 'M4.5 2v12M11.5 6.8c0 2.9-7 1.9-7 5M11.5 3.4a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4',
  commit: 'M1.5 8h4M10.5 8h4M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5',
  pullRequest:
    'M4 5.1v5.8M12 10.9V6.2A2.2 2.2 0 0 0 9.8 4H8M9.6 2.2 7.8 4l1.8 1.8M4 2.1a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3M4 10.9a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3M12 10.9a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3',
  tag: 'M2.5 7.4V2.5h4.9l6.1 6.1-4.9 4.9ZM5.3 5.3h.01',
  clock: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M8 4.8V8l2.3 1.4',
  download: 'M8 2.5v7.4M4.9 7 8 10.1 11.1 7M2.5 13.5h11',
  full: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  star: 'M8 2.1 9.8 5.9l4.1.5-3 2.8.8 4.1L8 11.3l-3.7 2 .8-4.1-3-2.8 4.1-.5Z',
  key: 'M5.2 8.3a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2M7.2 8.9 13 3M10.4 5.7l2 2',
  box: 'M8 1.9 13.4 5v6L8 14.1 2.6 11V5ZM2.8 5.1 8 8l5.2-2.9M8 8v6',
  close: 'm4 4 8 8M12 4l-8 8',
  lock: 'M3.6 7h8.8v6.4H3.6ZM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.1-2.1a2.6 2.6 0 0 0-3.7-3.7l-.7.7M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.7-.7',
  dots: 'M3.4 8h.01M8 8h.01M12.6 8h.01',
  restart: 'M13 8a5 5 0 1 1-1.5-3.6M13.1 2v2.9h-2.9',
  external: 'M9 2.5h4.5V7M13.3 2.7 7.6 8.4M11.5 9.6v3.9h-9v-9h3.9',
  plus: 'M8 3v10M3 8h10',
  check: 'm3.4 8.6 3 3 6.2-7',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  arrow: 'M2.5 8h11M9.9 4.4 13.5 8l-3.6 3.6',
  person: 'M8 2.3a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4M2.8 13.7c.4-2.9 2.5-4.2 5.2-4.2s4.8 1.3 5.2 4.2',
  copy: 'M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3',
  play: 'M5 3.2v9.6L12.6 8Z',
  stop: 'M4 4h8v8H4Z',
  rocket: 'M8 13.5V4.6M4.4 8 8 4.2 11.6 8M3 2.2h10',
} as const;
export type IconName = keyof typeof drawings;

interface IconProps {
  name: IconName;
  /** 14 px instead of 16. */
  small?: boolean;
  size?: 14 | 16;
  filled?: boolean;
}

export function Icon({ name, small = false, size = small ? 14 : 16, filled }: IconProps) {
  return (
    <svg
      className={css.icon}
      data-filled={filled || undefined}
      data-heavy={name === 'dots' || undefined}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={drawings[name]} />
    </svg>
  );
}

/** The mark of the console. */
export function Logo() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true">
      <rect x="1" y="3" width="18" height="3.4" rx="1" />
      <rect x="1" y="8.3" width="12" height="3.4" rx="1" />
      <rect x="1" y="13.6" width="7" height="3.4" rx="1" />
    </svg>
  );
}
