import type { z } from 'zod';
import type { ProviderDefinition, ResolvedTarget, TargetKind } from './provider.js';

/** How far an action reaches: it reads, it changes something that can be changed back, or it destroys. */
export type ActionEffect = 'READ' | 'CHANGE' | 'DESTROY';

/** What an action is good for; the catalogue can be read by it. */
export type ActionOutcome = 'INVESTIGATE' | 'CONTAIN' | 'REMEDIATE' | 'RESTORE' | 'NOTIFY';

/**
 * What to do with a call whose outcome a crash or a timeout hid.
 * `SAFE`: call again, twice does no more than once. `VERIFY`: ask `verify` first and call again only when it says no.
 * `MANUAL`: a person looks and decides.
 */
export type Replay = 'SAFE' | 'VERIFY' | 'MANUAL';

/** A permission that an action needs from the provider, under the provider's own name, least first. */
export interface PermissionNeed {
  readonly name: string;
  /** Why, in a sentence that an administrator reads before granting it. */
  readonly reason: string;
  /** Permissions that include it: whoever holds one of them lacks nothing. Default: none. */
  readonly includedIn?: readonly string[];
}

export interface ActionContext<Client, Input> {
  readonly client: Client;
  readonly target: ResolvedTarget;
  readonly input: Input;
  /** Aborted on the step's timeout, when the run is canceled and when the service stops. */
  readonly signal: AbortSignal;
}

export interface RunContext<Client, Input> extends ActionContext<Client, Input> {
  /** The same for every attempt of one step: pass it on where the provider knows idempotency keys. */
  readonly idempotencyKey: string;
  /** Tells the followers what is happening, in a sentence. */
  readonly progress: (message: string) => void;
}

export interface VerifyContext<Client, Input, Output> extends ActionContext<Client, Input> {
  /** What `run` returned; undefined when its outcome was hidden by a crash or a timeout. */
  readonly output: Output | undefined;
  /** When the attempt in question began, by our clock. */
  readonly since: Date;
}

export interface ActionDefinition<Name extends string, Client, Input extends z.ZodObject, Output extends z.ZodObject> {
  /** kebab-case; the action's id becomes `<provider>:<name>`, for ever. */
  readonly name: Name;
  readonly title: string;
  readonly description: string;
  readonly outcome: ActionOutcome;
  readonly effect: ActionEffect;
  /** Which kind of target it acts on. */
  readonly targetKind: TargetKind;
  /** The step's own settings; the target is not one of them. */
  readonly input: Input;
  /** What `run` returns. It is stored and readable through the API: no secrets here. */
  readonly output: Output;
  readonly permissions: readonly [PermissionNeed, ...PermissionNeed[]] | readonly [];
  /** A role of the provider's that is needed for privileged targets only. */
  readonly privilegedRole?: string;
  /** Whether calling twice leaves the target as calling once does. Default: false. */
  readonly idempotent?: boolean;
  /** Default: `MANUAL`, the cautious one. */
  readonly replay?: Replay;
  /** What `run` would change, a sentence each; an empty list when nothing would. Reads only: this is the dry run. */
  plan(context: ActionContext<Client, z.output<Input>>): Promise<readonly string[]>;
  run(context: RunContext<Client, z.output<Input>>): Promise<z.output<Output>>;
  /** Whether the effect can be seen at the provider. Polled for a while, because directories lag; leave it out where nothing can be read back. */
  verify?(context: VerifyContext<Client, z.output<Input>, z.output<Output>>): Promise<boolean>;
}

/** An action as the registry holds it: the definition with its defaults and its id. */
export interface Action<
  Name extends string = string,
  Client = unknown,
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> extends ActionDefinition<Name, Client, Input, Output> {
  /** `<provider>:<name>` */
  readonly id: string;
  readonly providerId: string;
  readonly idempotent: boolean;
  readonly replay: Replay;
}

/** Declares an action of a provider; input, output and client are inferred, and nothing is said twice. */
export function defineAction<Name extends string, Client, Input extends z.ZodObject, Output extends z.ZodObject>(
  provider: ProviderDefinition<z.ZodType, z.ZodObject, Client>,
  definition: ActionDefinition<Name, Client, Input, Output>,
): Action<Name, Client, Input, Output> {
  return Object.freeze({
    ...definition,
    id: `${provider.id}:${definition.name}`,
    providerId: provider.id,
    idempotent: definition.idempotent ?? false,
    replay: definition.replay ?? 'MANUAL',
  });
}
