import type { Action, ActionContext } from '../action.js';
import type { Plugin } from '../plugin.js';
import type { ActionFixture, PluginFixtures } from './fixtures.js';
import { Imitation } from './imitation.js';
import { describe, recordingLogger } from './recording-logger.js';

/** One action, connected to a fresh imitation of its provider, and all that it lets be seen. */
export class Trial {
  readonly imitation: Imitation;
  readonly action: Action;
  readonly #context: ActionContext<unknown, Record<string, unknown>>;
  readonly #seen: string[];
  readonly #logged: readonly string[];
  readonly #startedAt = new Date();

  private constructor(imitation: Imitation, action: Action, context: ActionContext<unknown, Record<string, unknown>>, seen: string[], logged: readonly string[]) {
    this.imitation = imitation;
    this.action = action;
    this.#context = context;
    this.#seen = seen;
    this.#logged = logged;
  }

  /** Connects, looks up the target, does the work, and stops everything whatever comes of it. */
  static async of(plugin: Plugin, action: Action, fixtures: PluginFixtures, work: (trial: Trial) => Promise<void>): Promise<void> {
    const fixture: ActionFixture | undefined = fixtures.actions[action.name];
    if (!fixture) throw new Error(`There is no fixture for the action "${action.name}".`);
    const imitation = await Imitation.start(fixtures);
    try {
      const { settings, environment } = fixtures.connection(imitation.origin);
      const { provider } = plugin;
      const logger = recordingLogger();
      const client = provider.connect({ settings: provider.settings.parse(settings), environment: provider.environment.parse(environment), credential: undefined, logger });
      const { signal } = new AbortController();
      const target = fixture.target.kind === 'NONE' ? { ...fixture.target, displayName: fixture.target.id } : await provider.resolveTarget({ client, target: fixture.target, signal });
      const context = { client, target, input: action.input.parse(fixture.input ?? {}), signal };
      imitation.requests.length = 0;
      await work(new Trial(imitation, action, context, [describe(target)], logger.lines));
    } finally {
      await imitation.stop();
    }
  }

  plan(): Promise<readonly string[]> {
    return this.#see(this.action.plan(this.#context));
  }

  run(signal: AbortSignal = this.#context.signal): Promise<Record<string, unknown>> {
    const progress = (message: string): void => void this.#seen.push(message);
    return this.#see(this.action.run({ ...this.#context, signal, idempotencyKey: '01902f6e-0000-7000-8000-000000000000', progress }));
  }

  async verify(output: Record<string, unknown> | undefined): Promise<boolean | undefined> {
    return this.action.verify && this.#see(this.action.verify({ ...this.#context, output, since: this.#startedAt }));
  }

  /** Everything that a person could come to read. */
  seen(): string {
    return [...this.#seen, ...this.#logged].join('\n');
  }

  async #see<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      this.#seen.push(describe(result));
      return result;
    } catch (error) {
      this.#seen.push(describe(error));
      throw error;
    }
  }
}
