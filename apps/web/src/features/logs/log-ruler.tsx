/** Where hits lie in the whole log. Drawn as SVG, so that no style attribute is needed. */
export function LogRuler({ lines, total }: { lines: readonly number[]; total: number }) {
  if (total === 0 || lines.length === 0) return null;
  // One mark per thousandth of the height, however many hits fall into it.
  const places = new Set(lines.map((line) => Math.floor((line / total) * 1_000)));
  return (
    <svg
      className="log-ruler"
      viewBox="0 0 12 1000"
      preserveAspectRatio="none"
      width="12"
      height="100%"
      aria-hidden="true"
    >
      {[...places].map((place) => (
        <rect key={place} x="2" y={place} width="8" height="3" />
      ))}
    </svg>
  );
}
