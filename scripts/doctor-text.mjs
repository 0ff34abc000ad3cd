/** A report of the check as text: a line per hop in columns, and below what is wrong what to do about it. */

const marks = { ok: '✓', warning: '!', broken: '✗', unchecked: '·' };
const colours = { ok: 32, warning: 33, broken: 31, unchecked: 90, faint: 90, bold: 1 };

export function printed(report, words, { colour = false, all = false } = {}) {
  const paint = (name, text) => (colour ? `\x1b[${colours[name]}m${text}\x1b[0m` : text);
  const titles = Object.values(words.hop);
  const width = Math.max(...titles.map(columns));
  const lines = [];
  const groups = [
    { id: null, title: 'Flightdeck' },
    ...report.instances.map(({ id, name, product }) => ({
      id,
      title: name === product ? name : `${name} (${product})`,
    })),
  ];
  for (const { id, title } of groups) {
    lines.push('', paint('bold', title));
    for (const finding of report.findings.filter(({ instance }) => instance === id)) {
      const { hop, state, tried, raw } = finding;
      const { sentence, advice } = wordsOf(finding, words);
      const name = words.hop[hop] ?? hop;
      lines.push(`  ${paint(state, marks[state])} ${padded(name, width)}  ${sentence}`);
      const below = ' '.repeat(width + 6);
      if (advice) lines.push(`${below}→ ${advice}`);
      if (!all && (state === 'ok' || state === 'unchecked')) continue;
      for (const [label, value] of [
        [words.tried, tried],
        [words.said, raw],
      ]) {
        for (const part of value ? value.split('\n') : [])
          lines.push(paint('faint', `${below}${label} ${part}`));
      }
    }
  }
  const count = (state) => report.findings.filter((finding) => finding.state === state).length;
  const [broken, warning] = [count('broken'), count('warning')];
  const verdict = broken > 0 ? 'broken' : warning > 0 ? 'warning' : 'ok';
  const forms = words.result;
  const number = broken || warning;
  const form =
    verdict === 'ok' ? forms.ok : (number === 1 && forms[`${verdict}_one`]) || forms[`${verdict}_other`];
  lines.push('', paint(verdict, filled(form, { count: String(number) })), '');
  return `${lines.join('\n').replace(/^\n/, '')}`;
}

function wordsOf({ hop, code, facts }, words) {
  const slots = {
    ...facts,
    ...(facts.on ? { hop: words.hop[facts.on] } : {}),
    ...(facts.direction ? { direction: words.found.direction[facts.direction] } : {}),
  };
  const sentence = code === 'depends' ? words.found.depends : words.found[hop]?.[code];
  const advice = words.advice[hop]?.[code];
  return {
    sentence: filled(sentence ?? `${hop}.${code}`, slots),
    advice: advice ? filled(advice, slots) : null,
  };
}

const filled = (text, slots) => text.replace(/\{\{(\w+)\}\}/g, (whole, name) => slots[name] ?? whole);

/** Columns of a terminal: Chinese characters and full-width signs take two. */
export const columns = (text) =>
  [...text].reduce(
    (sum, sign) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
        sign,
      )
        ? 2
        : 1),
    0,
  );

const padded = (text, width) => text + ' '.repeat(Math.max(0, width - columns(text)));
