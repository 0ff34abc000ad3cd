import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemCodes } from '@flightdeck/api-client/contract';
import { failureCauseSchema } from '@flightdeck/api-client/model';
import { expect, it } from 'vitest';
import { resources } from './en/index.ts';

const root = join(import.meta.dirname, '..');
const namespaces = Object.keys(resources);

function keysOf(words: object, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value as object, `${prefix}${key}.`),
  );
}

/** Sources of the page, without tests and words. */
function sources(): string[] {
  const all = readdirSync(root, { recursive: true }) as string[];
  return all
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|^(locales|testing)[\\/]/.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'));
}

interface Said {
  namespaces: Set<string>;
  matches: (key: string) => boolean;
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a source may say: its texts that look like keys; a slot stands for anything. */
function saidBy(source: string): Said[] {
  const named = new Set(namespaces.filter((name) => source.includes(`'${name}'`)).concat('common'));
  const texts = [
    ...source.matchAll(/'([\w.:-]+)'/g),
    ...source.matchAll(/`([\w.:-]*(?:\$\{[^}`]*\}[\w.:-]*)+)`/g),
  ];
  const prefixes = ['', ...source.matchAll(/keyPrefix: '([\w.-]+)'/g)].map((found) => found[1] ?? '');
  return texts.flatMap(([, text = '']) => {
    const [, own, rest = text] = /^(\w+):(.+)$/.exec(text) ?? [];
    return prefixes.flatMap((prefix) => {
      const parts = `${prefix && `${prefix}.`}${rest}`.split(/\$\{[^}]*\}/);
      // One that is all slot would match everything.
      if (parts.join('').length < 2) return [];
      const pattern = new RegExp(`^${parts.map(literally).join('.+')}$`);
      return [{ namespaces: own ? new Set([own]) : named, matches: (key: string) => pattern.test(key) }];
    });
  });
}

/** `x_behind_one` is asked for as `x_behind`, or as `x` with the context `behind`. */
const askedAs = (key: string) => {
  const forms = [key, key.replace(/_(one|other)$/, '')];
  for (let at = key.lastIndexOf('_'); at > 0; at = key.lastIndexOf('_', at - 1)) forms.push(key.slice(0, at));
  return forms;
};

it('holds no words that nobody says', () => {
  const said = sources().flatMap(saidBy);
  // Said by a code of the contract, whole.
  const byCode = new Set<string>([
    ...problemCodes.map((code) => `problems.${code}`),
    ...failureCauseSchema.shape.kind.options.map((kind) => `diagnosis.${kind}`),
  ]);
  const unused = Object.entries(resources).flatMap(([name, words]) =>
    keysOf(words)
      .filter((key) => !askedAs(key).some((form) => byCode.has(`${name}.${form}`)))
      .filter(
        (key) =>
          !said.some((one) => one.namespaces.has(name) && askedAs(key).some((form) => one.matches(form))),
      )
      .map((key) => `${name}.${key}`),
  );
  expect(unused).toEqual([]);
});
