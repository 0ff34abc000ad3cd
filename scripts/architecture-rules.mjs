const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const path = (...patterns) => ({ path: patterns });

/** The arrows: `web → api-client ← bff`; inside the BFF `http | live → services → domain, ports ⇐ adapters`. */
export const forbidden = [
  rule(
    'no-cycles',
    {},
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    'A cycle has no reading order.',
  ),
  rule('web-not-bff', path('^apps/web/'), path('^apps/(bff|sandbox)/'), 'The page knows the contract only.'),
  rule('client-alone', path('^packages/'), path('^apps/'), 'The contract knows nobody.'),
  rule(
    'model-alone',
    path('^packages/api-client/src/model/'),
    path('^packages/api-client/src/(contract|client)/'),
    'Words know no transport.',
  ),
  rule(
    'contract-not-client',
    path('^packages/api-client/src/contract/'),
    path('^packages/api-client/src/client/'),
    '',
  ),
  rule(
    'bff-not-browser-client',
    path('^apps/bff/src/'),
    path('^packages/api-client/src/client/'),
    'The BFF answers, it does not ask itself.',
  ),
  rule(
    'src-not-conformance',
    { path: '^apps/bff/src/', pathNot: '\\.test\\.ts$' },
    path('^apps/bff/conformance/', '^apps/sandbox/'),
    'Production never imports the test world.',
  ),
  rule(
    'domain-pure',
    { path: '^apps/bff/src/domain/', pathNot: '\\.test\\.ts$' },
    path('^apps/bff/src/(ports|services|http|live|adapters)/', '^apps/bff/src/(main|config|compose)'),
    '',
  ),
  rule(
    'ports-know-domain',
    path('^apps/bff/src/ports/'),
    path('^apps/bff/src/(services|http|live|adapters)/'),
    '',
  ),
  rule(
    'services-inward',
    { path: '^apps/bff/src/services/', pathNot: '\\.test\\.ts$' },
    path('^apps/bff/src/(http|adapters)/', '^apps/bff/src/(main|config|compose)'),
    'Services are asked, they do not ask inward rooms.',
  ),
  rule(
    'http-not-adapters',
    { path: '^apps/bff/src/(http|live)/', pathNot: '\\.test\\.ts$' },
    path('^apps/bff/src/adapters/'),
    '',
  ),
  rule(
    'adapters-outward',
    { path: '^apps/bff/src/adapters/', pathNot: '\\.test\\.ts$' },
    path('^apps/bff/src/(services|http|live)/'),
    '',
  ),
  rule(
    'ci-vendors-apart',
    { path: '^apps/bff/src/adapters/ci/([^/]+)/' },
    { path: '^apps/bff/src/adapters/(ci|forge)/([^/]+)/', pathNot: '^apps/bff/src/adapters/ci/$1/' },
    '',
  ),
  rule(
    'forge-vendors-apart',
    { path: '^apps/bff/src/adapters/forge/([^/]+)/' },
    { path: '^apps/bff/src/adapters/(ci|forge)/([^/]+)/', pathNot: '^apps/bff/src/adapters/forge/$1/' },
    '',
  ),
  rule(
    'features-apart',
    { path: '^apps/web/src/features/([^/]+)/' },
    { path: '^apps/web/src/features/([^/]+)/', pathNot: '^apps/web/src/features/$1/' },
    'Pages compose features; features do not know each other.',
  ),
  rule('features-not-pages', path('^apps/web/src/features/'), path('^apps/web/src/pages/'), ''),
  rule(
    'ui-is-furniture',
    { path: '^apps/web/src/(ui|lib)/', pathNot: '\\.test\\.tsx?$' },
    path('^apps/web/src/(features|pages)/'),
    '',
  ),
];
