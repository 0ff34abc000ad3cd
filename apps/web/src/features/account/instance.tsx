import { useInstanceName, useProductText } from '../../lib/session.ts';
import { Badge } from '../../ui/names.tsx';

/** A CI server or forge by its name, and what runs there in which version. */
export function Instance({ id }: { id: string }) {
  const name = useInstanceName()(id);
  const product = useProductText()(id);
  return (
    <>
      <Badge>{name}</Badge>
      {product === null ? null : <span className="t3 xs num nowrap">{product}</span>}
    </>
  );
}
