import type { z } from 'zod';

/** What a run acts on. `NONE` is for actions without a target (a notification, a look-up by its settings alone). */
export type TargetKind = 'USER' | 'DEVICE' | 'NONE';

/** A target as somebody named it: the provider's object id, or another name by which it can be found (a user principal name). */
export interface TargetReference {
  readonly kind: TargetKind;
  readonly id: string;
}

/** A target as the provider knows it. It is looked up once per run and connection, and every step acts on this same id. */
export interface ResolvedTarget extends TargetReference {
  readonly displayName: string;
  /** The name that a person signs in with, where there is one. */
  readonly username?: string;
  /** Whether the target holds an administrative role; undefined when that could not be read. */
  readonly privileged?: boolean;
}

/** Structured log lines: fields first, then the sentence. Never pass a secret or a token. */
export interface PluginLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ConnectContext<Settings, Environment> {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly logger: PluginLogger;
}

export interface ResolveTargetContext<Client> {
  readonly client: Client;
  readonly target: TargetReference;
  readonly signal: AbortSignal;
}

export interface CheckContext<Client> {
  readonly client: Client;
  readonly signal: AbortSignal;
}

/** What a check of a connection found. */
export interface ConnectionReport {
  /** The permissions that the connection holds, by their names; undefined when the provider has no way to tell. */
  readonly granted?: readonly string[];
}

/** An outside system that can be acted on. */
export interface ProviderDefinition<
  Settings extends z.ZodType = z.ZodType,
  Environment extends z.ZodObject = z.ZodObject,
  Client = unknown,
> {
  /** kebab-case, for ever: the first half of every action id. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The host names that the plugin calls, and no others. */
  readonly hosts: readonly string[];
  /** What is filled in once per connection. It is readable through the API: no secrets here. */
  readonly settings: Settings;
  /** The environment variables that the operator sets for all connections, secrets among them, by their full names. */
  readonly environment: Environment;
  /**
   * Makes the client that actions get. Called once per connection and kept, so tokens can be cached in it.
   * It must not call the provider: that would make an unreachable provider look like a broken configuration.
   */
  connect(context: ConnectContext<z.output<Settings>, z.output<Environment>>): Client;
  /** Finds the one target that a reference means. Throws ActionError `TARGET_NOT_FOUND` when there is none. */
  resolveTarget(context: ResolveTargetContext<Client>): Promise<ResolvedTarget>;
  /** Proves, reading only, that the connection can be used. Throws ActionError with a remedy when it cannot. */
  check(context: CheckContext<Client>): Promise<ConnectionReport>;
}

/** Declares a provider; the client's type is inferred from `connect` and reaches every action. */
export function defineProvider<Settings extends z.ZodType, Environment extends z.ZodObject, Client>(
  definition: ProviderDefinition<Settings, Environment, Client>,
): ProviderDefinition<Settings, Environment, Client> {
  return Object.freeze(definition);
}
