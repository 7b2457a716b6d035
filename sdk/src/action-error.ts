const BRAND = Symbol.for('@countermeasure/sdk/ActionError');

/**
 * What a failure says of the provider as a whole. `THROTTLED`: it asks to be called less (429); all calls by this connection then
 * wait for `retryAfterMs`. `UNAVAILABLE`: it is in trouble or out of reach (5xx, no answer); after several of these in a row all
 * steps wait until a check of the connection finds that it answers.
 */
export type ProviderTrouble = 'THROTTLED' | 'UNAVAILABLE';

/** What an action knows about its failure, beyond the message. */
export interface ActionErrorOptions {
  /** Whether the same call may succeed later without anybody doing anything. Default: false. */
  retryable?: boolean;
  /** How long the provider asked us to wait, in milliseconds; the engine never tries this call earlier, and with `trouble` no other one by the connection. */
  retryAfterMs?: number;
  /** What a person can do about it, in plain words. */
  remedy?: string;
  /** The provider's own id of the refused call, for its support desk. */
  providerRequestId?: string;
  /**
   * The call may have taken effect although it failed (a reset connection, a timeout after the request was sent).
   * The engine then follows the action's `replay` instead of simply calling again. Default: false.
   */
  outcomeUnknown?: boolean;
  /** What is wrong is the connection, not this one call: a credential, a missing permission. The service then checks the connection. Default: false. */
  concernsConnection?: boolean;
  /** The provider is in trouble, not this one call alone: all that use the connection are to know. Default: it is not. */
  trouble?: ProviderTrouble;
  cause?: unknown;
}

/**
 * The one error that an action throws on purpose. The message and the remedy are shown to people, so neither may hold
 * a secret. Anything else that is thrown counts as a bug in the plugin: it is logged, not shown, and not retried.
 */
export class ActionError extends Error {
  /** UPPER_SNAKE, stable: `TARGET_NOT_FOUND`, `PERMISSION_MISSING`, `THROTTLED` … */
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly remedy: string | undefined;
  readonly providerRequestId: string | undefined;
  readonly outcomeUnknown: boolean;
  readonly concernsConnection: boolean;
  readonly trouble: ProviderTrouble | undefined;

  constructor(code: string, message: string, options: ActionErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'ActionError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.remedy = options.remedy;
    this.providerRequestId = options.providerRequestId;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.concernsConnection = options.concernsConnection ?? false;
    this.trouble = options.trouble;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** A plugin may bring its own copy of this package, so `instanceof` is not enough: the brand is shared by all copies. */
export function isActionError(value: unknown): value is ActionError {
  return value instanceof Error && (value as Error & { [BRAND]?: unknown })[BRAND] === true;
}
