export { pluginContract } from './testing/plugin-contract.js';
export type { ContractCase } from './testing/contract-case.js';
export type { ActionFixture, FixtureRequest, FixtureResponse, PluginFixtures } from './testing/fixtures.js';
export { recordingLogger } from './testing/recording-logger.js';
export type { RecordingLogger } from './testing/recording-logger.js';
