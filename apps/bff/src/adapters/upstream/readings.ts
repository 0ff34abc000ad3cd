import type { z } from 'zod';

/** A longer answer is worth its reading, and would take the room of many. Characters. */
const LONGEST = 64 * 1024;
/** Of all answers kept together. */
const MOST = 4 * 1024 * 1024;

/** Answers that were read lately, by their whole text. */
export interface Readings {
  /**
   * What `read` makes of the text. The same text under the same schema is read once and gives the same object, which is
   * frozen: several hold it. Nothing is remembered of a text that cannot be read.
   */
  of<S extends z.ZodType>(schema: S, text: string, read: () => z.output<S>): z.output<S>;
}

/**
 * A build that is looked at, and a list that is watched, say the same most of the times they are asked for. Every answer is
 * still fetched whole; only making the same sense of the same text a second time is left out.
 */
export function createReadings(): Readings {
  const bySchema = new WeakMap<z.ZodType, Map<string, unknown>>();
  const all: { texts: Map<string, unknown>; text: string }[] = [];
  let size = 0;

  function keep(texts: Map<string, unknown>, text: string, value: unknown): void {
    texts.set(text, value);
    all.push({ texts, text });
    size += text.length;
    while (size > MOST) {
      const oldest = all.shift();
      oldest?.texts.delete(oldest.text);
      size -= oldest?.text.length ?? 0;
    }
  }

  return {
    of(schema, text, read) {
      if (text.length > LONGEST) return read();
      const texts = bySchema.get(schema) ?? new Map<string, unknown>();
      bySchema.set(schema, texts);
      const known = texts.get(text);
      if (known !== undefined) return known as z.output<typeof schema>;
      const value = read();
      if (value !== undefined) keep(texts, text, frozen(value));
      return value;
    },
  };
}

function frozen(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
