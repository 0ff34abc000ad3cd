/** Pure helpers: quantiles and what becomes of two measurements and a limit. */

/** Nearest-rank quantile of unsorted numbers; NaN of none. */
export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
}

export const median = (values) => quantile(values, 0.5);

/** `value` may be at most `limit` times `control`. */
export const against = (name, unit, value, control, limit) =>
  figure({ name, unit, value, control, ratio: value / control, limit });

/** What is added to `control` may be at most `limit` times `control`. */
export const addedTo = (name, unit, value, control, limit) =>
  figure({ name, unit, value, control, ratio: (value - control) / control, limit });

/** `value` may be at most `limit`, in `unit`; `control` is only there to compare with. */
export const within = (name, unit, value, control, limit) =>
  figure({ name, unit, value, control, ratio: value / limit, limit, most: 1 });

/** Only told: nothing holds it against a limit. */
export const stated = (name, unit, value, control) => ({
  ...{ name, value: rounded(value), unit, control: rounded(control) },
  ...{ ratio: rounded(value / control), limit: null, ok: Number.isFinite(value) },
});

/** A figure that could not be measured is not a good one. */
export const unmeasured = (name, unit, limit) => ({
  ...{ name, value: null, unit, control: null, ratio: null, limit },
  ok: false,
});

export function figure({ name, unit, value, control, ratio, limit, most = limit }) {
  return {
    name,
    value: rounded(value),
    unit,
    control: rounded(control),
    ratio: rounded(ratio),
    limit,
    ok: Number.isFinite(ratio) && ratio <= most,
  };
}

const rounded = (number) => (Number.isFinite(number) ? Number(number.toFixed(2)) : null);
