import { z } from 'zod';

/**
 * Pieces of CI servers' answers, read permissively: an absent, null or mistyped value is its zero value (most servers
 * leave zero values out), an absent or null list is empty.
 */

// Absent is the usual case and takes the default; `catch` alone makes an error of each absent value before it swallows
// it, which made reading a build four times as slow.
export const text = z.string().default('').catch('');
export const whole = z.number().int().default(0).catch(0);
export const flag = z.boolean().default(false).catch(false);
export const words = z.array(z.string()).default([]).catch([]);
export const dictionary = z.record(z.string(), z.string()).default({}).catch({});

/** A list in which one broken entry does not cost the others. Only broken ones: the answer cannot be read. */
export function listOf<S extends z.ZodType>(entry: S) {
  return z
    .array(z.unknown())
    .nullish()
    .transform((entries, context): z.output<S>[] => {
      const read = (entries ?? []).map((value) => entry.safeParse(value));
      const good = read.flatMap((result) => (result.success ? [result.data] : []));
      const broken = read.find((result) => !result.success);
      if (good.length === 0 && broken?.error) {
        const message = `no entry can be read: ${broken.error.issues[0]?.message}`;
        context.addIssue({ code: 'custom', message });
      }
      return good;
    });
}

/** Without the `email` and `token` that one server tells in clear (Drone 0.8.10). */
export const registryListWire = listOf(z.object({ address: z.string().min(1), username: text }));
