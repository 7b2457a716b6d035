import type { z } from 'zod';
import type { CheckContext, ConnectionReport, ConsentDefinition, PrivilegedRoleDefinition } from './consent.js';

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

export interface ConnectContext<Settings, Environment, Credential> {
  readonly settings: Settings;
  readonly environment: Environment;
  /** The connection's own credential; undefined when it uses the one of the environment. */
  readonly credential: Credential | undefined;
  readonly logger: PluginLogger;
}

export interface ResolveTargetContext<Client> {
  readonly client: Client;
  readonly target: TargetReference;
  readonly signal: AbortSignal;
}

export interface SearchTargetsContext<Client> {
  readonly client: Client;
  readonly kind: TargetKind;
  /** As a person typed it, trimmed and not empty: escape it. */
  readonly query: string;
  /** How many are wanted at most. */
  readonly limit: number;
  /** Aborted when whoever asked no longer waits. */
  readonly signal: AbortSignal;
}

/** How fast one tenant may be called by all workers together. A start is a step that begins; it may make several calls. */
export interface ProviderPace {
  /** How many steps may work on one tenant at once. */
  readonly concurrency?: number;
  /** How many steps may start within a second, in the long run. */
  readonly startsPerSecond?: number;
  /** How many more may start at once after a quiet time. */
  readonly burst?: number;
}

/** An outside system that can be acted on. */
export interface ProviderDefinition<
  Settings extends z.ZodType = z.ZodType,
  Environment extends z.ZodObject = z.ZodObject,
  Client = unknown,
  Credential extends z.ZodType = z.ZodType,
> {
  /** kebab-case, for ever: the first half of every action id. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /**
   * The names of the hosts that the plugin calls; `*.example.com` stands for every name below it. The service lets it reach no
   * others, and these only at public addresses.
   */
  readonly hosts: readonly string[];
  /** What is filled in once per connection. It is readable through the API: no secrets here. */
  readonly settings: Settings;
  /** The environment variables that the operator sets for all connections, secrets among them, by their full names. */
  readonly environment: Environment;
  /** Hosts that the operator has named in the environment, with or without a port: they may be reached wherever they are. Asked once, at the start. */
  operatorHosts?(environment: z.output<Environment>): readonly string[];
  /** A credential that a connection may bring in place of the environment's. It is stored encrypted and never readable. */
  readonly credential?: Credential;
  /** The limits of the provider, where they are known; what is left out is as the service does it. The operator may set others. */
  readonly pace?: ProviderPace;
  /** A role, beside the permissions, without which privileged targets are out of reach. */
  readonly privilegedRole?: PrivilegedRoleDefinition;
  /** How an administrator of the tenant grants the permissions; left out where the provider asks nobody. */
  readonly consent?: ConsentDefinition<z.output<Settings>, z.output<Environment>, z.output<Credential>>;
  /**
   * Makes the client that actions get. Called once per connection and kept, so tokens can be cached in it.
   * It must not call the provider: that would make an unreachable provider look like a broken configuration.
   */
  connect(context: ConnectContext<z.output<Settings>, z.output<Environment>, z.output<Credential>>): Client;
  /** Finds the one target that a reference means. Throws ActionError `TARGET_NOT_FOUND` when there is none. */
  resolveTarget(context: ResolveTargetContext<Client>): Promise<ResolvedTarget>;
  /** Finds the targets that a person may mean by what was typed, the likeliest first; left out where nothing can be searched. */
  searchTargets?(context: SearchTargetsContext<Client>): Promise<readonly ResolvedTarget[]>;
  /**
   * Proves, reading only and with nothing remembered, that the connection can be used. Throws ActionError with a remedy when
   * it cannot; `CONSENT_MISSING` when no administrator of the tenant has granted anything.
   */
  check(context: CheckContext<Client>): Promise<ConnectionReport>;
}

/** Declares a provider; the client's type is inferred from `connect` and reaches every action. */
export function defineProvider<Settings extends z.ZodType, Environment extends z.ZodObject, Client, Credential extends z.ZodType = z.ZodNever>(
  definition: ProviderDefinition<Settings, Environment, Client, Credential>,
): ProviderDefinition<Settings, Environment, Client, Credential> {
  return Object.freeze(definition);
}
