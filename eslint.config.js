import js from '@eslint/js'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['**/dist/', 'coverage/', '**/*.cjs', 'scripts/', 'test/fixtures/', 'packages/*/test/fixtures/', 'bin/', 'eslint.config.js'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // Numbers and booleans in expressions read well where the type says what they are.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
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
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'Nothing here may read a clock.' }],
    },
  },
)
