import type { PluginLogger } from './provider.js';

/**
 * A plugin may bring a sandbox: a local imitation of its provider for first steps and tests. It stands in the package's
 * own entry `./sandbox`, as an export named `startSandbox` of the type `StartSandbox`, and is started only when the
 * operator has set none of the provider's environment variables.
 */
export interface Sandbox {
  /** What the provider's environment is to be, so that the unchanged plugin talks to the sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  /** Settings of a connection that works out of the box. */
  readonly connectionSettings: Readonly<Record<string, unknown>>;
  /** A name for that connection that says that it is a sandbox. */
  readonly connectionName: string;
  /** A target to try things on. */
  readonly exampleTargetId: string;
  /** How to show the provider's main job. */
  readonly demonstration: Demonstration;
  stop(): Promise<void>;
}

/** The state of a target, a value to each thing that a person would look at. */
export type TargetState = Readonly<Record<string, string>>;

/** A playbook against the example target, and how one sees that it did what it says. */
export interface Demonstration {
  readonly playbookName: string;
  readonly reason: string;
  /** The steps, in order, by the names of their actions. */
  readonly actionNames: readonly string[];
  /** How the target truly is at this moment. */
  readState(): TargetState;
  /** What the run is to have done, and whether it did. */
  judge(before: TargetState, after: TargetState): readonly { readonly claim: string; readonly holds: boolean }[];
}

export interface StartSandboxOptions {
  /** A folder of its own, where the sandbox keeps its state from one start to the next. */
  readonly dataDir: string;
  readonly logger: PluginLogger;
}

export type StartSandbox = (options: StartSandboxOptions) => Promise<Sandbox>;
