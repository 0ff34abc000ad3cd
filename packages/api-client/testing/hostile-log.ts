import fc from 'fast-check';

const E = '\u001b';

/** How often a property is tried; `FLIGHTDECK_PROPERTY_RUNS` for a long run. */
export const propertyRuns = (usual: number): number =>
  Number(process.env.FLIGHTDECK_PROPERTY_RUNS ?? 0) || usual;

/** Lines that were once shown wrongly, hid something, or took more than their length. Short forms of them. */
export const hostileLines: readonly string[] = [
  `${E}[${'38;5;1;'.repeat(12)}m colours of one sequence`,
  `a${E}[1;2Ghidden by a column that is no number`,
  `a${E}[?5Gb${E}[;Gc`,
  `${E}汉 swallowed by a lone escape`,
  `${E}((B two intermediates`,
  `${E}]0;never ended, and all of it unfindable`,
  `${E}]8;;https://good.test${E}[31mlink that breaks off`,
  `p${E}\u0000a\u0000ss\u0007word cut by what nobody sees`,
  `\u009b31m\u009d0;8 bit forms\u0007`,
  `x${E}[3`,
  'a\u034fb\u180fc\u{e0080}d\u{1d173}e',
  `${E}[31m${E}[1K${E}[999999999999Gfar`,
  `${'😀'.repeat(40)}\ud83d`,
  `${E}]8;;javascript:alert(1)\u0007x${E}]8;;\u0007`,
];

const markup = fc.constantFrom(
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '</pre></span><a href="javascript:alert(1)">',
  '"><style>*{display:none}</style>',
  '<!--',
  ']]>',
  '&lt;b&gt;&#60;&#x3c;',
  '{{constructor.constructor("alert(1)")()}}',
);
const link = fc.constantFrom(
  'https://ci.test/a?b=<"&',
  'HTTP://ci.test',
  'javascript:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html,<script>1</script>',
  '//ci.test',
  'https://',
  'file:///etc/passwd',
  '\u202ehttps://x',
);
const number = fc.oneof(
  fc.nat({ max: 110 }).map(String),
  fc.constantFrom(
    '',
    '0',
    '00',
    '38',
    '48',
    '58',
    '5',
    '2',
    '255',
    '256',
    '99999999999999999999',
    '-1',
    '1e9',
  ),
);
const parameters = fc
  .tuple(fc.array(number, { maxLength: 12 }), fc.constantFrom(';', ':', ';;', '?'))
  .map(([all, between]) => all.join(between));
const sequence = fc.oneof(
  parameters.map((codes) => `${E}[${codes}m`),
  fc
    .tuple(parameters, fc.constantFrom(...'ABCDEFGHJKSTfhlnsu@~`m', '', '\u0001', '汉'))
    .map(([codes, final]) => `${E}[${codes}${final}`),
  fc
    .tuple(link, fc.constantFrom('\u0007', `${E}\\`, '\u009c', '', `${E}[0m`))
    .map(([to, end]) => `${E}]8;;${to}${end}`),
  fc
    .tuple(
      fc.constantFrom(']0;', ']', 'P', 'X', '^', '_'),
      fc.string({ maxLength: 8 }),
      fc.constantFrom('\u0007', `${E}\\`, ''),
    )
    .map(([kind, body, end]) => `${E}${kind}${body}${end}`),
  fc.constantFrom(E, '\u009b', `${E}c`, `${E}(B`, `${E}#8`, `${E}${E}`, '\u009d', '\u0090', `${E}[`, `${E} `),
);
const unseen = fc.constantFrom(
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\u00ad',
    '\ufeff',
    '\u2028',
    '\u034f',
    '\u061c',
    '\u{e0041}',
    '\u{e0100}',
  ],
  ...['\u200d', '\ufe0f', '\u3164', '\u{1d173}', '\ud83d', '\ude00', '\ufffe', '\u0000'],
);
const piled = fc
  .tuple(fc.constantFrom('a', 'ก', '汉'), fc.nat({ max: 60 }))
  .map(([base, count]) => base + '\u0300\u0e49'.repeat(count));
const words = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('error', '+ make', '::group::', '::endgroup::', 'İstanbul', 'ſ', 'K', 'x'.repeat(200)),
);

/** One line of what a build may print to do harm: no line feed, every other character. */
export const hostileLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...hostileLines) },
  {
    weight: 9,
    arbitrary: fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: sequence },
          { weight: 3, arbitrary: words },
          { weight: 2, arbitrary: markup },
          { weight: 2, arbitrary: unseen },
          { weight: 1, arbitrary: piled },
          { weight: 1, arbitrary: fc.constantFrom('\r', '\b', '\t', '\r\r', '\u000b', '\u007f', '\u0085') },
        ),
        { maxLength: 24 },
      )
      .map((parts) => parts.join('').replaceAll('\n', '')),
  },
);

/** Lines together, some of them many times over or very long. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: hostileLine },
      {
        weight: 1,
        arbitrary: fc.tuple(hostileLine, fc.nat({ max: 400 })).map(([line, times]) => line.repeat(times)),
      },
      { weight: 1, arbitrary: fc.constant('') },
    ),
    { maxLength: 20 },
  )
  .map((lines) => lines.join('\n'));
