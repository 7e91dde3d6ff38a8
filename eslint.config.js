import js from '@eslint/js'
import ts from 'typescript-eslint'

export default ts.config(
  {
    ignores: [
      '**/dist/',
      'coverage/',
      '**/*.cjs',
      'scripts/',
      'packages/*/bench/',
      'test/fixtures/',
      'packages/*/test/fixtures/',
      'bin/',
      'eslint.config.js',
      'stryker.config.mjs',
      '.stryker-tmp/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // `return report(…)` ends a function and tells; that reads well.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An asynchronous contract can have a synchronous implementation.
      '@typescript-eslint/require-await': 'off',
      // It does not see that a callback or an await changes a variable.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Code points are what is wanted where text is spread.
      '@typescript-eslint/no-misused-spread': 'off',
      // The default of “no needs” is the empty object, on purpose.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'ct-diag never opens a network connection.' }],
      'no-restricted-imports': [
        'error',
        {
          paths: ['http', 'https', 'http2', 'net', 'dgram', 'dns', 'tls'].flatMap((name) => [
            { name, message: 'ct-diag never opens a network connection.' },
            { name: `node:${name}`, message: 'ct-diag never opens a network connection.' },
          ]),
        },
      ],
    },
  },
  {
    // The engine and everything below it are told the time; only the commands look at a clock.
    files: ['src/{model,parsers,sources,artifacts,facts,knowledge,rules,engine,renderers}/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Nothing here may read a clock.' },
      ],
    },
  },
)
