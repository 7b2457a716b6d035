import { TestEnvironment } from 'jest-environment-node';
import { getGlobalDispatcher, setGlobalDispatcher } from 'undici';

const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/** The test file whose fetches these are, at this moment. */
let current;

/**
 * fetch belongs to the world outside of the one in which jest runs a test file, and looks there for what sends its requests.
 * Here it asks the test file's own, as it would in a process of the service.
 */
const outside = getGlobalDispatcher();
setGlobalDispatcher({ dispatch: (options, handler) => (current?.[DISPATCHER] ?? outside).dispatch(options, handler) });

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    current = this.global;
  }

  async teardown() {
    current = undefined;
    await super.teardown();
  }
}
