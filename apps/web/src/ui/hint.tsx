import {
  cloneElement,
  lazy,
  type ReactElement,
  type RefAttributes,
  Suspense,
  useEffect,
  useState,
} from 'react';

const Bubble = lazy(() => import('./hint-bubble.tsx').then((m) => ({ default: m.HintBubble })));

type Target = ReactElement<
  React.HTMLAttributes<HTMLElement> & RefAttributes<HTMLElement>,
  keyof React.JSX.IntrinsicElements
>;

const DELAY = 300;

/**
 * More about an element while the mouse rests on it. Lists have a hundred of them that nobody ever asks: what places a
 * tooltip is loaded with the first that somebody does, and only those asked for cost anything.
 */
export function Hint({ label, children }: { label: string; children: Target }) {
  const [over, setOver] = useState<HTMLElement | null>(null);
  const [asked, setAsked] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (!over || over === asked) return;
    const timer = setTimeout(() => setAsked(over), DELAY);
    return () => clearTimeout(timer);
  }, [over, asked]);
  return (
    <>
      {cloneElement(children, {
        onMouseEnter: (event) => setOver(event.currentTarget),
        onMouseLeave: () => setOver(null),
      })}
      {asked ? (
        <Suspense fallback={null}>
          <Bubble label={label} target={asked} open={over !== null} />
        </Suspense>
      ) : null}
    </>
  );
}
