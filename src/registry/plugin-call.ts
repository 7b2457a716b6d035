import { ActionError, isActionError } from '@countermeasure/sdk';
import { AsyncLocalStorage } from 'node:async_hooks';
import { redact } from '../kernel/redact.js';
import type { AllowedHosts } from './allowed-hosts.js';

/** Whose code is called, and where it may go. */
export interface PluginBounds {
  readonly packageName: string;
  readonly hosts: AllowedHosts;
  readonly onRefused: (refused: RefusedHost) => void;
}

/** A connection that a plugin was not let open. */
export interface RefusedHost {
  readonly packageName: string;
  readonly host: string;
  /** Where the name led, when that is why. */
  readonly address?: string;
}

interface PluginCall {
  readonly bounds: PluginBounds;
  refusal?: ActionError;
}

const calls = new AsyncLocalStorage<PluginCall>();

/** The bounds of the plugin on whose behalf this code runs; undefined in the service's own. */
export function currentBounds(): PluginBounds | undefined {
  return calls.getStore()?.bounds;
}

/** For what is done on a plugin's behalf from a place that has lost whose call it was. */
export function withinBounds<T>(bounds: PluginBounds, work: () => T): T {
  return currentBounds() === bounds ? work() : calls.run({ bounds }, work);
}

/** For what a plugin is given to call back: it runs as the service's own. */
export function outsidePlugins<Given extends unknown[]>(work: (...given: Given) => void): (...given: Given) => void {
  return (...given) => calls.exit(() => work(...given));
}

const NAME_IT = 'name it in PROVIDER_EXTRA_HOSTS or, where people are notified, in the variable of that plugin for extra hosts; and start the service again.';

/** The error of a connection that is not opened. The call in which it was tried ends with it, whatever the plugin makes of it. */
export function refuseHost(bounds: PluginBounds, host: string, address?: string): ActionError {
  const { packageName } = bounds;
  const refusal =
    address === undefined
      ? new ActionError('HOST_NOT_ALLOWED', `The plugin ${packageName} tried to reach ${host}, which is none of its hosts.`, {
          remedy: `If it is meant to be reached, ${NAME_IT} Otherwise ask whoever made the plugin.`,
        })
      : new ActionError('ADDRESS_NOT_PUBLIC', `The host ${host} leads to an address that is not on the public internet, and is not called.`, {
          remedy: `If it is meant to be reached there, ${NAME_IT} Otherwise look who answers for this name.`,
        });
  const call = calls.getStore();
  if (call) call.refusal ??= refusal;
  bounds.onRefused({ packageName, host, ...(address !== undefined && { address }) });
  return refusal;
}

/** The same definition, its functions held within the plugin's bounds: whatever function it has, also one that it inherits. */
export function withFunctionsBound<Definition extends object>(definition: Definition, bounds: PluginBounds): Definition {
  const bound = Object.entries(descriptorsOf(definition)).map(([key, descriptor]): [string, PropertyDescriptor] => {
    const value: unknown = descriptor.value;
    return [key, typeof value === 'function' && key !== 'constructor' ? { ...descriptor, value: bind(value as AnyFunction, bounds) } : descriptor];
  });
  return Object.freeze(Object.defineProperties({}, Object.fromEntries(bound))) as Definition;
}

type AnyFunction = (...given: unknown[]) => unknown;

function descriptorsOf(definition: object): Record<string, PropertyDescriptor> {
  const parent = Object.getPrototypeOf(definition) as object | null;
  const inherited = parent === null || Object.getPrototypeOf(parent) === null ? {} : descriptorsOf(parent);
  return { ...inherited, ...Object.getOwnPropertyDescriptors(definition) };
}

function bind(work: AnyFunction, bounds: PluginBounds): AnyFunction {
  return function (this: unknown, ...given) {
    const call: PluginCall = { bounds };
    try {
      const result = calls.run(call, () => work.apply(this, given));
      if (!isThenable(result)) return result;
      return Promise.resolve(result).catch((error: unknown) => {
        throw asTold(error, call);
      });
    } catch (error) {
      throw asTold(error, call);
    }
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** What the service gets to know: why a connection was refused, before anything else, and no secret in what people read. */
function asTold(error: unknown, { refusal }: PluginCall): unknown {
  if (refusal) return refusedWith(refusal, error);
  if (!isActionError(error)) return error;
  const [message, remedy] = [redact(error.message), error.remedy === undefined ? undefined : redact(error.remedy)];
  return message === error.message && remedy === error.remedy ? error : copyOf(error, { message, remedy });
}

/** What was sent before the refusal can have taken effect, as the plugin says. */
function refusedWith(refusal: ActionError, cause: unknown): ActionError {
  const outcomeUnknown = isActionError(cause) && cause.outcomeUnknown;
  return new ActionError(refusal.code, refusal.message, { cause, outcomeUnknown, ...(refusal.remedy !== undefined && { remedy: refusal.remedy }) });
}

function copyOf(error: ActionError, { message, remedy }: { message: string; remedy: string | undefined }): ActionError {
  const { code, retryable, retryAfterMs, providerRequestId, outcomeUnknown, concernsConnection, cause } = error;
  return new ActionError(code, message, {
    retryable, outcomeUnknown, concernsConnection, cause,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(remedy !== undefined && { remedy }),
    ...(providerRequestId !== undefined && { providerRequestId }),
  });
}
