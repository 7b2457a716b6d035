import type { TargetReference } from '../provider.js';

export interface FixtureRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface FixtureResponse {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; left out: an empty body. */
  readonly body?: unknown;
}

/** What an action is tried with. */
export interface ActionFixture {
  readonly target: TargetReference;
  /** The step's settings. Default: {}. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** What the contract needs to know of a plugin to try it against an imitation of its provider. */
export interface PluginFixtures {
  /** The imitation: made anew for every case, so it may keep state. It answers what the actions ask when all is well. */
  createProvider(origin: string): (request: FixtureRequest) => FixtureResponse;
  /** How the plugin is set up to call the imitation at this address. */
  connection(origin: string): { readonly settings: Readonly<Record<string, unknown>>; readonly environment: Readonly<Record<string, string>> };
  /** Values of that environment that must never be seen again. */
  readonly secrets: readonly [string, ...string[]];
  /** Requests that serve no action: tokens, discovery. They may write, and injected faults spare them. Default: none. */
  isInfrastructure?(request: FixtureRequest): boolean;
  /** For libraries that refuse plain HTTP; whoever runs the contract makes the process trust the certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** By the actions' names; every action needs one. */
  readonly actions: Readonly<Record<string, ActionFixture>>;
}
