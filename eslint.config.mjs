import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const pureGlobals = [
  'Date',
  'performance',
  'process',
  'console',
  'crypto',
  'globalThis',
  'setTimeout',
  'fetch',
];

export default defineConfig(
  { ignores: ['dist', 'coverage'] },
  js.configs.recommended,
  {
    files: ['*.mjs', 'test/**/*.mjs'],
    languageOptions: { globals: { process: false, console: false, URL: false } },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['server/tsconfig.json', 'client/tsconfig.json', 'test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
      // Objects here are closures: no method uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text is text: use textContent.' },
        { property: 'outerHTML', message: 'Text is text: use textContent.' },
        { property: 'insertAdjacentHTML', message: 'Text is text: use textContent.' },
        { object: 'document', property: 'write', message: 'Text is text: use textContent.' },
      ],
    },
  },
  {
    // Rules and the protocol decide from their arguments alone: no clock, chance or I/O.
    files: ['server/protocol/**/*.ts', '**/*-rules.ts'],
    rules: {
      'no-restricted-globals': ['error', ...pureGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance is an argument.' },
      ],
    },
  },
);
