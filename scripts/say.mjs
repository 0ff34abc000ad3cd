/** What the scripts tell a person: English, and Chinese where the locale says so. Stderr, so that stdout stays data. */
export const chinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');

export function say(english, zh) {
  process.stderr.write(`${chinese && zh ? zh : english}\n`);
}

/** A sign of life every 15 s while something long runs without output; call the result to end it. */
export function sayProgress() {
  const begun = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - begun) / 1000);
    say(`  … still working, ${seconds} s`, `  …… 仍在进行，已 ${seconds} 秒`);
  }, 15_000);
  return () => clearInterval(timer);
}
