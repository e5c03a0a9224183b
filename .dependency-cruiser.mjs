const APPS = '^apps/';
const LIBS = '^libs/';
const SPEC = '\\.spec\\.ts$|/spec-kit/|^libs/testing/';
/** The file of the aggregate itself: apps/<app>/src/<name>/<name>.ts with <name>.events.ts beside it. */
const DECIDES = '^apps/[^/]+/src/([^/]+)/([^/]+\\.(events|decider|upcasters)|\\1)\\.ts$';

/** Which lib may use which; an app may use every lib but testing. */
const LIBS_MAY_USE = {
  'event-sourcing': [],
  contracts: [],
  'customer-models': [],
  'embedded-postgres': [],
  'model-plots': ['customer-models'],
  privacy: ['event-sourcing'],
  jobs: ['event-sourcing'],
  messaging: ['event-sourcing', 'contracts'],
  platform: ['event-sourcing', 'contracts', 'privacy', 'jobs', 'messaging'],
  'local-stack': ['contracts', 'embedded-postgres'],
  tasks: ['event-sourcing', 'contracts', 'messaging', 'platform'],
};

const layers = Object.entries(LIBS_MAY_USE).map(([lib, allowed]) => ({
  name: `layer-of-${lib}`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: SPEC },
  to: { path: LIBS, pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: 'apps-never-import-apps',
      comment: 'Services meet in contracts and on the bus. Only apps/crm, the composition of all five, imports apps.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/crm/' },
      to: { path: APPS, pathNot: '^apps/$1/' },
    },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: LIBS }, to: { path: APPS } },
    {
      name: 'domain-is-pure',
      comment:
        'Events, deciders and aggregates use the kernel, the analytic models and their siblings: no Nest, no I/O.',
      severity: 'error',
      from: { path: DECIDES },
      to: {
        pathNot: '^apps/|^libs/(event-sourcing|customer-models)/|^node_modules/@crm/(event-sourcing|customer-models)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'domain-uses-domain-only',
      severity: 'error',
      from: { path: DECIDES },
      to: { path: '\\.(controller|module|projection|query|publisher)\\.ts$|/(commands|consumers|reactors|jobs)/' },
    },
    {
      name: 'models-are-leaves',
      comment: 'The analytic models are usable on their own: no dependency at all.',
      severity: 'error',
      from: { path: '^libs/customer-models/', pathNot: SPEC },
      to: { pathNot: '^libs/customer-models/' },
    },
    {
      name: 'contracts-are-leaves',
      severity: 'error',
      from: { path: '^libs/contracts/src/', pathNot: `${SPEC}|^libs/contracts/src/(generate|bin)` },
      to: { pathNot: '^libs/contracts/|node_modules/(@sinclair/typebox|ajv|ajv-formats)/|^(node:)?[a-z_/]+$' },
    },
    {
      name: 'testing-only-from-specs',
      severity: 'error',
      from: { pathNot: `${SPEC}|^bench/` },
      to: { path: '^libs/testing/|^node_modules/@crm/testing/|^node_modules/@jest/' },
    },
    {
      name: 'read-models-use-events-only',
      comment: 'A projection knows what happened, not how it was decided.',
      severity: 'error',
      from: { path: '\\.projection\\.ts$' },
      to: { path: '\\.decider\\.ts$|/commands/' },
    },
    {
      name: 'queries-change-nothing',
      severity: 'error',
      from: { path: '\\.query\\.ts$' },
      to: { path: '/commands/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-deep-imports',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^(libs|apps)/([^/]+)/src/(?!index\\.ts)', pathNot: '^$1/$2/' },
    },
    { name: 'only-what-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared-dependencies',
      comment: 'What a package uses at run time stands in its package.json.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/' },
    tsConfig: { fileName: 'tsconfig.spec.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
