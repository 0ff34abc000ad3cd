import { type AnchorHTMLAttributes, forwardRef, type MouseEvent } from 'react';
import { useGo } from '../lib/address.ts';
import { withBase } from '../lib/page-facts.ts';

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** Address below the base path, from `paths`. */
  to: string;
  replace?: boolean;
  keepScroll?: boolean;
}

/** A link inside the console. A plain click stays on the page; any other click is the browser's. */
export const Link = forwardRef<HTMLAnchorElement, LinkProps>(function Link(
  { to, replace = false, keepScroll = false, onClick, children, ...rest },
  ref,
) {
  const go = useGo();
  const click = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain || rest.target === '_blank') return;
    event.preventDefault();
    go(to, { replace, keepScroll });
  };
  return (
    <a ref={ref} href={withBase(to)} onClick={click} {...rest}>
      {children}
    </a>
  );
});

/** A link to a forge or a CI server: a new tab that learns nothing about this page. */
export function OutLink({
  href,
  className,
  children,
}: {
  href: string;
  className?: string;
  children: React.ReactNode;
}) {
  return (
    <a
      href={/^https?:\/\//.test(href) ? href : undefined}
      target="_blank"
      rel="noopener noreferrer"
      className={className}
    >
      {children}
    </a>
  );
}
