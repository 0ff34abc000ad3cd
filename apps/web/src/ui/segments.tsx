import { Link } from './link.tsx';
import css from './segments.module.css';

export interface Segment {
  to: string;
  label: React.ReactNode;
  current: boolean;
}

/** A few choices of one filter side by side; each has an address. */
export function Segments({ label, segments }: { label: string; segments: readonly Segment[] }) {
  return (
    <nav className={css.segments} aria-label={label}>
      {segments.map((segment) => (
        <Link
          key={segment.to}
          to={segment.to}
          replace
          keepScroll
          {...(segment.current ? { 'aria-current': 'true' as const } : {})}
        >
          {segment.label}
        </Link>
      ))}
    </nav>
  );
}
