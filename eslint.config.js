import { existsSync, readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** An aggregate is named like its folder and has its events beside it. */
const AGGREGATES = readdirSync('apps').flatMap((app) =>
  readdirSync(`apps/${app}/src`)
    .filter((name) => existsSync(`apps/${app}/src/${name}/${name}.events.ts`))
    .map((name) => `apps/${app}/src/${name}/${name}.ts`),
);
const PURE = [
  'apps/*/src/**/*.events.ts',
  'apps/*/src/**/*.decider.ts',
  'libs/customer-models/src/**/*.ts',
  'libs/tasks/src/task.{events,decider}.ts',
  'libs/tasks/src/task.ts',
  ...AGGREGATES,
];
const SPECS = ['**/*.spec.ts', '**/spec-kit/**', 'libs/testing/**/*.ts'];
const READS_ENVIRONMENT = ['**/config.ts', '**/*.config.ts', '**/config/**', '**/main.ts', ...SPECS, 'bench/**'];

const NO_DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' };
const NO_ENUM = { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' };
const NO_EXPORT_ALL = { selector: 'ExportAllDeclaration', message: 'Name what is exported.' };
const NO_ENVIRONMENT = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Configuration is read in one place, config.ts.',
};
const NO_CLOCK_OR_CHANCE = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'The time of a decision is an argument.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'The time of a decision is an argument.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'A decision is the same every time it is made.',
  },
  { selector: "CallExpression[callee.name='randomUUID']", message: 'Ids are arguments of a decision.' },
];
const ALWAYS = [NO_DEFAULT_EXPORT, NO_ENUM, NO_EXPORT_ALL];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.crm/**', '.stack/**', 'out/**', 'coverage/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      // One program over sources and specs, with the libs' sources instead of what was last built of them.
      parserOptions: { project: './tsconfig.spec.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNever: true },
      ],
      // Nest modules are classes that hold nothing but their decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      // A method may answer a promise because its interface asks for one.
      '@typescript-eslint/require-await': 'off',
      // Types describe what a reader may rely on; data from elsewhere are checked even where the type says no need.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      // An exhaustive switch over the events of an aggregate counts as one.
      // 10 branches; the rule also counts every `?.` and `??`, hence the margin.
      complexity: ['error', { max: 14, variant: 'modified' }],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...ALWAYS, NO_ENVIRONMENT],
    },
  },
  {
    files: READS_ENVIRONMENT,
    rules: { 'no-restricted-syntax': ['error', ...ALWAYS] },
  },
  {
    files: PURE,
    ignores: ['**/spec-kit/**'],
    rules: { 'no-restricted-syntax': ['error', ...ALWAYS, NO_ENVIRONMENT, ...NO_CLOCK_OR_CHANCE] },
  },
  {
    // Nest calls constructors, so their length is a matter of the dependencies and not of readability at the call.
    files: ['apps/**/*.ts', 'libs/platform/**/*.ts'],
    rules: { 'max-params': ['error', 5] },
  },
  {
    files: SPECS,
    rules: {
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      'max-params': 'off',
      complexity: 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['apps/crm/src/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
