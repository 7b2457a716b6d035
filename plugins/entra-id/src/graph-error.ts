import { GraphError } from '@microsoft/microsoft-graph-client';
import { ActionError, type ActionErrorOptions } from '@countermeasure/sdk';
import { toNetworkError, toProxyError } from './network-error.js';
import { privilegedRole } from './privileged-role.js';
import { NOT_MICROSOFT, networkCodeIn } from './transport.js';

/** What was asked of Graph when it refused. */
export interface GraphCall {
  readonly method: 'GET' | 'PATCH' | 'POST';
  /** The application permissions of which the call needs one. */
  readonly permissions: readonly string[];
  /** Those that the token holds. */
  readonly granted: readonly string[];
  /** Said beside the privileged role, where a call can need yet another one. */
  readonly roleHint?: string | undefined;
}

/** What Graph answered, in our terms. The status leads: Graph's codes differ between services, and error pages have none. */
export function toGraphError(error: unknown, call: GraphCall): ActionError {
  if (!(error instanceof GraphError)) return new ActionError('PROVIDER_ERROR', 'Microsoft Graph could not be called.', { cause: error });
  const requestId = error.requestId ?? error.headers?.get('request-id') ?? undefined;
  const options: ActionErrorOptions = { cause: error, ...(requestId !== undefined && { providerRequestId: requestId }) };
  if (error.code === NOT_MICROSOFT && error.statusCode < 500 && error.statusCode !== 429) return toProxyError(Number(error.message), 'Microsoft Graph', { ...options, concernsConnection: true });
  return (BY_STATUS[error.statusCode] ?? toServerFault)(error, options, call);
}

type Translate = (error: GraphError, options: ActionErrorOptions, call: GraphCall) => ActionError;

const BY_STATUS: Readonly<Record<number, Translate>> = {
  400: toBadRequest,
  401: toUnauthenticated,
  403: toDenied,
  404: (_error, options) =>
    new ActionError('TARGET_NOT_FOUND', 'Microsoft Entra ID has no such user.', {
      ...options,
      remedy: 'Check the object id or user principal name. A user that was deleted is not found either: look under Deleted users.',
    }),
  409: (_error, options) => new ActionError('CONFLICT', 'Somebody else is changing the user at this moment.', { ...options, retryable: true, retryAfterMs: 1_000 }),
  429: toThrottled,
};

function toUnauthenticated(error: GraphError, options: ActionErrorOptions): ActionError {
  const concerning = { ...options, concernsConnection: true };
  if (/lifetime validation|expired|not yet valid/i.test(error.message)) {
    return new ActionError('CLOCK_SKEW', 'Microsoft Graph says that a token which was just given is not valid at this time.', { ...concerning, remedy: 'Set the clock of this machine right (NTP); it must not be more than five minutes off.' });
  }
  return new ActionError('AUTHENTICATION_FAILED', 'Microsoft Graph refused the app\'s token, a new one, too.', {
    ...concerning,
    remedy: 'Check that ENTRA_GRAPH_URL, ENTRA_AUTHORITY_HOST and the connection\'s cloud belong together, and that the clock of this machine is right.',
  });
}

function toBadRequest(error: GraphError, options: ActionErrorOptions): ActionError {
  if (/on-premises mastered/i.test(error.message)) {
    return new ActionError('ON_PREMISES_MASTERED', 'The user is synchronised from an on-premises directory, which alone may change this.', {
      ...options,
      remedy: 'Change the user in the on-premises Active Directory; the next synchronisation brings it to Entra ID.',
    });
  }
  return new ActionError('INVALID_REQUEST', `Microsoft Graph refused the request: ${error.message.slice(0, 300)}`, options);
}

/** Two quite different refusals come as one 403: the app lacks the permission, or it has it and the user is above it. */
function toDenied(error: GraphError, options: ActionErrorOptions, { permissions, granted, roleHint }: GraphCall): ActionError {
  if (/premium/i.test(error.message)) {
    return new ActionError('LICENCE_MISSING', 'The tenant has no licence for this.', { ...options, remedy: 'It takes Microsoft Entra ID P1 or P2.' });
  }
  const [least = ''] = permissions;
  if (!permissions.some((permission) => granted.includes(permission))) {
    return new ActionError('PERMISSION_MISSING', `The app has not been granted the permission ${least} in this tenant.`, {
      ...options,
      concernsConnection: true,
      remedy: `A Global Administrator of the tenant grants ${least} by the connection's admin-consent link. A new grant takes some minutes to work.`,
    });
  }
  return new ActionError('PRIVILEGED_ROLE_REQUIRED', 'The app has the permission, but Microsoft Entra ID refused: the user holds an administrative role, or is protected by one.', {
    ...options,
    remedy: [privilegedRole.instructions, roleHint].filter(Boolean).join(' '),
  });
}

function toThrottled(error: GraphError, options: ActionErrorOptions): ActionError {
  const isForGood = error.code === 'Request_ThrottledPermanently';
  return new ActionError('THROTTLED', 'Microsoft Graph asks to slow down.', { ...options, ...retryAfter(error), retryable: !isForGood, trouble: 'THROTTLED' });
}

/** Without an answer that can be read the status is -1. Whether a write got through before that, nobody can tell. */
function toServerFault(error: GraphError, options: ActionErrorOptions, { method }: GraphCall): ActionError {
  if (error.statusCode >= 400 && error.statusCode < 500) return new ActionError('PROVIDER_ERROR', `Microsoft Graph answered ${error.statusCode}.`, options);
  const outcomeUnknown = method !== 'GET' && error.statusCode !== 503;
  const networkCode = networkCodeIn(error.message);
  if (networkCode !== undefined) return toNetworkError(networkCode, 'Microsoft Graph', 'ENTRA_GRAPH_URL', { ...options, outcomeUnknown, concernsConnection: true });
  const what = error.statusCode < 400 ? 'its answer cannot be read' : `it answered ${error.statusCode}`;
  return new ActionError('PROVIDER_UNAVAILABLE', `Microsoft Graph is in trouble: ${what}.`, { ...options, ...retryAfter(error), retryable: true, outcomeUnknown, trouble: 'UNAVAILABLE' });
}

/** Seconds, which may be fractional, or a date. */
function retryAfter(error: GraphError): { retryAfterMs?: number } {
  const text = error.headers?.get('retry-after');
  if (!text) return {};
  const seconds = Number(text);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1_000;
  return Number.isNaN(milliseconds) ? {} : { retryAfterMs: Math.max(0, Math.ceil(milliseconds)) };
}
