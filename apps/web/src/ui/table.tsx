import css from './table.module.css';

interface TableProps {
  label: string;
  children: React.ReactNode;
  /** Class of the page's own for column widths and what a phone leaves out. */
  className?: string;
}

/** 36 px rows with lines between. Column widths come from `<colgroup>` classes; cells cut, sentences get their own row. */
export function Table({ label, children, className }: TableProps) {
  return (
    <table className={[css.table, className].filter(Boolean).join(' ')} aria-label={label}>
      {children}
    </table>
  );
}
