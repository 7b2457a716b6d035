const swc = {
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** The workspaces' sources stand in for their built packages, so that a test never runs against a stale build. */
const workspaces = {
  '^@countermeasure/sdk$': '<rootDir>/sdk/src/index.ts',
  '^@countermeasure/sdk/testing$': '<rootDir>/sdk/src/testing.ts',
  '^@countermeasure/plugin-entra-id$': '<rootDir>/plugins/entra-id/src/index.ts',
  '^@countermeasure/plugin-notify$': '<rootDir>/plugins/notify/src/index.ts',
  '^@countermeasure/plugin-entra-id/sandbox$': '<rootDir>/plugins/entra-id/sandbox/index.ts',
};

/** The long ways through the console in a browser: with them all tests together take longer than half an hour on two cores. `npm run test:pages` runs them. */
const MORE_PAGES = '<rootDir>/test/console/(approvals-page|connections-page|overview|playbooks-pages|settings-pages|triggers).test.ts';

export default {
  testEnvironment: '<rootDir>/test/support/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/sdk/test/**/*.test.ts', '<rootDir>/plugins/*/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.TEST_PAGES === undefined ? [MORE_PAGES] : [])],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { ...workspaces, '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  testTimeout: 120_000,
  // Tests wait for states most of the time, so both cores of a small machine are used.
  maxWorkers: '100%',
};
