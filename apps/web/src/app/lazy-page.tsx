import { Component, type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { isMissingPart, tellOutdated } from '../lib/outdated.ts';
import { Skeleton, SkeletonRows } from '../ui/async-view.tsx';
import { Page } from '../ui/page.tsx';

/**
 * A page that is loaded when it is first asked for. Not the router's own helper: that loads the whole page anew by itself
 * when the file is gone. Here the boundary around it says so and leaves it to the person.
 */
export function lazyPage<Name extends string>(
  load: () => Promise<Record<Name, () => ReactNode>>,
  name: Name,
): () => ReactNode {
  const Loaded = lazy(async (): Promise<{ default: ComponentType }> => ({ default: (await load())[name] }));
  return function LazyPage() {
    return (
      <Suspense fallback={<PageSkeleton />}>
        <Loaded />
      </Suspense>
    );
  };
}

export function PageSkeleton() {
  return (
    <Page>
      <Skeleton>
        <SkeletonRows />
      </Skeleton>
    </Page>
  );
}

interface PartProps {
  /** Another value tries again. */
  of: string | null;
  children: ReactNode;
}

/** Around something beside the page: when its file is gone the page stays, with all that was typed, and a note says so. */
export class LazyPart extends Component<PartProps, { failed: unknown; of: string | null }> {
  override state = { failed: null as unknown, of: this.props.of };

  static getDerivedStateFromError(failed: unknown) {
    return { failed };
  }

  static getDerivedStateFromProps(props: PartProps, state: { of: string | null }) {
    return props.of === state.of ? null : { of: props.of, failed: null };
  }

  override componentDidCatch(error: unknown) {
    if (isMissingPart(error)) tellOutdated();
  }

  override render() {
    const { failed } = this.state;
    if (failed === null) return <Suspense fallback={null}>{this.props.children}</Suspense>;
    if (!isMissingPart(failed)) throw failed;
    return null;
  }
}
