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

/** Unix ms of an RFC 3339 time; null where it is absent, or the zero time some answers have. */
export const moment = z
  .string()
  .nullish()
  .transform((value) => {
    const time = Date.parse(value ?? '');
    return time > 0 ? time : null;
  });

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
