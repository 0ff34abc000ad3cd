import { problemCodes, signInHops, signInProblemCodes } from '@flightdeck/api-client/contract';
import {
  doctorTable,
  failureCauseSchema,
  obstacleSchema,
  statusSchema,
  viewerSchema,
  waitReasonSchema,
} from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { resources as en } from './en/index.ts';
import { resources as zh } from './zh-CN/index.ts';

function flatten(words: object, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value as object, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

const english = flatten(en);
const chinese = flatten(zh);

/** English has two plural forms, Chinese one: `x_one` and `x_other` against `x_other`. */
const withoutPlural = (keys: Iterable<string>) =>
  new Set([...keys].map((key) => key.replace(/_(one|other)$/, '_other')));
const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => String(match[1])).sort();

describe('words in both languages', () => {
  it('has the same keys', () => {
    expect([...withoutPlural(chinese.keys())].sort()).toEqual([...withoutPlural(english.keys())].sort());
  });

  it('has both plural forms in English', () => {
    for (const key of english.keys()) {
      if (key.endsWith('_one')) expect(english.has(key.replace(/_one$/, '_other')), key).toBe(true);
    }
  });

  it('leaves nothing empty', () => {
    const empty = [...english, ...chinese].filter(([, text]) => text.trim() === '').map(([key]) => key);
    expect(empty).toEqual([]);
  });

  it('puts the same things into both', () => {
    const differing = [...english].filter(([key, text]) => {
      const other = chinese.get(key.replace(/_one$/, '_other'));
      // "Only once" needs no number.
      const counted = (list: string[]) =>
        key.endsWith('_one') ? list.filter((slot) => slot !== 'count') : list;
      return other !== undefined && counted(slots(text)).join() !== counted(slots(other)).join();
    });
    expect(differing).toEqual([]);
  });

  it('speaks Chinese where it says so, with full-width signs and spaces before Latin letters', () => {
    const names = new Set([
      'common.product',
      'common.title',
      'common.language.en',
      'builds.list.defaultBranch',
    ]);
    const latinOnly = [...chinese].filter(
      ([key, text]) =>
        !names.has(key) &&
        !/[\u4e00-\u9fff]/.test(text) &&
        /[a-z]{3}/i.test(text.replace(/\{\{\w+\}\}/g, '')),
    );
    expect(latinOnly).toEqual([]);
    const narrow = [...chinese].filter(
      ([, text]) => /[\u4e00-\u9fff][,;:!?](?!\d)/.test(text) || /[\u4e00-\u9fff]\(/.test(text),
    );
    expect(narrow).toEqual([]);
    const glued = [...chinese].filter(([, text]) =>
      /[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/.test(text),
    );
    expect(glued).toEqual([]);
    // Names that people search for stay as the forge writes them; two English words in a row otherwise are left over.
    const kept = /client (id|secret)|listen\.(host|port)|[\w.-]+\.example\.com/g;
    const leftOver = [...chinese].filter(([, text]) =>
      /[a-z]{2,}[ ,.]+[a-z]{2,}/i.test(text.replace(/\{\{\w+\}\}/g, '').replace(kept, '')),
    );
    expect(leftOver.map(([key]) => key).filter((key) => !names.has(key))).toEqual([]);
  });

  it.each([
    ['problems', problemCodes],
    ['builds.status', statusSchema.options],
    ['repos.obstacle', obstacleSchema.options],
    ['diagnosis', failureCauseSchema.shape.kind.options],
    ['session.error.codes', signInProblemCodes],
    ['session.error.advice', signInProblemCodes],
    ['session.error.hops', signInHops],
    ['common.notices', viewerSchema.shape.notices.element.options],
  ])('has a sentence for each of %s', (prefix, codes) => {
    for (const code of codes) {
      expect(english.has(`${prefix}.${code}`), `${prefix}.${code}`).toBe(true);
      expect(chinese.has(`${prefix}.${code}`), `${prefix}.${code}`).toBe(true);
    }
  });

  it('has words for each finding of the doctor, and advice for what is wrong', () => {
    const wanted = Object.entries(doctorTable).flatMap(([hop, codes]) => [
      `doctor.hop.${hop}`,
      ...Object.entries(codes).flatMap(([code, state]) => [
        ...(code === 'depends' ? ['doctor.found.depends'] : [`doctor.found.${hop}.${code}`]),
        ...(state === 'warning' || state === 'broken' ? [`doctor.advice.${hop}.${code}`] : []),
      ]),
    ]);
    expect(wanted.filter((key) => !english.has(key) || !chinese.has(key))).toEqual([]);
    const known = new Set(wanted);
    const codes = new Set(Object.values(doctorTable).flatMap((hop) => Object.keys(hop)));
    const others = [...english.keys()].filter(
      (key) => /^doctor\.(found|advice)\./.test(key) && !known.has(key) && !/direction/.test(key),
    );
    // What is left are notes on what could not be checked.
    expect(others.filter((key) => !codes.has(key.split('.').at(-1) ?? ''))).toEqual([]);
  });

  it('has a sentence for each reason to wait', () => {
    for (const kind of waitReasonSchema.options.map((option) => option.shape.kind.value)) {
      const known = [...english.keys()].some(
        (key) => key === `waiting.${kind}` || key.startsWith(`waiting.${kind}_`),
      );
      expect(known, kind).toBe(true);
    }
  });
});
