import { z } from 'zod';

/** Pieces of forges' answers, read permissively: what is only shown may be missing. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** Identity: must be there. */
export const id = z.number().int().positive().transform(String);

/** Only addresses a browser may load; a forge builds them from its public address. */
export const link = z
  .string()
  .nullish()
  .transform((value) => (value && /^https?:\/\//i.test(value) ? value : null));

/** Items that can be read; one broken item does not hide the others. */
export const listOf = <S extends z.ZodType>(item: S) =>
  z
    .array(z.unknown())
    .nullish()
    .transform((all) =>
      (all ?? []).flatMap((one): z.output<S>[] => {
        const read = item.safeParse(one);
        return read.success ? [read.data] : [];
      }),
    );
