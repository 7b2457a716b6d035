import { GraphError } from '@microsoft/microsoft-graph-client';
import { ActionError, type ActionErrorOptions } from '@countermeasure/sdk';

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

export const PRIVILEGED_ROLE = 'Privileged Authentication Administrator';

const HOW_TO_ASSIGN =
  `Assign the role ${PRIVILEGED_ROLE} to the app: in the Microsoft Entra admin center open Entra ID > Roles & admins > ${PRIVILEGED_ROLE} > Add assignments ` +
  'and choose the app\'s enterprise application. It takes a Privileged Role Administrator, and some minutes to work.';

/** What Graph answered, in our terms. The status leads: Graph's codes differ between services, and error pages have none. */
export function toGraphError(error: unknown, call: GraphCall): ActionError {
  if (!(error instanceof GraphError)) return new ActionError('PROVIDER_ERROR', 'Microsoft Graph could not be called.', { cause: error });
  const requestId = error.requestId ?? error.headers?.get('request-id') ?? undefined;
  const options: ActionErrorOptions = { cause: error, ...(requestId !== undefined && { providerRequestId: requestId }) };
  return (BY_STATUS[error.statusCode] ?? toServerFault)(error, options, call);
}

type Translate = (error: GraphError, options: ActionErrorOptions, call: GraphCall) => ActionError;

const BY_STATUS: Readonly<Record<number, Translate>> = {
  400: toBadRequest,
  401: (_error, options) =>
    new ActionError('AUTHENTICATION_FAILED', 'Microsoft Graph refused the app\'s token, a new one, too.', {
      ...options,
      remedy: 'Check that ENTRA_GRAPH_URL and ENTRA_AUTHORITY_HOST belong to the same cloud, and that the clock of this machine is right.',
    }),
  403: toDenied,
  404: (_error, options) =>
    new ActionError('TARGET_NOT_FOUND', 'Microsoft Entra ID has no such user.', {
      ...options,
      remedy: 'Check the object id or user principal name. A user that was deleted is not found either: look under Deleted users.',
    }),
  409: (_error, options) => new ActionError('CONFLICT', 'Somebody else is changing the user at this moment.', { ...options, retryable: true, retryAfterMs: 1_000 }),
  429: toThrottled,
};

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
      remedy: `A Global Administrator of the tenant grants ${least} by the connection's admin-consent link. A new grant takes some minutes to work.`,
    });
  }
  return new ActionError('PRIVILEGED_ROLE_REQUIRED', 'The app has the permission, but Microsoft Entra ID refused: the user holds an administrative role, or is protected by one.', {
    ...options,
    remedy: roleHint === undefined ? HOW_TO_ASSIGN : `${HOW_TO_ASSIGN} ${roleHint}`,
  });
}

function toThrottled(error: GraphError, options: ActionErrorOptions): ActionError {
  const isForGood = error.code === 'Request_ThrottledPermanently';
  return new ActionError('THROTTLED', 'Microsoft Graph asks to slow down.', { ...options, ...retryAfter(error), retryable: !isForGood });
}

/** No answer at all has the status -1. Whether a write got through before the connection broke, nobody can tell. */
function toServerFault(error: GraphError, options: ActionErrorOptions, { method }: GraphCall): ActionError {
  if (error.statusCode >= 400 && error.statusCode < 500) return new ActionError('PROVIDER_ERROR', `Microsoft Graph answered ${error.statusCode}.`, options);
  const isUnanswered = error.statusCode < 400;
  const message = isUnanswered ? `Microsoft Graph did not answer: ${error.message.slice(0, 200)}` : `Microsoft Graph is in trouble: it answered ${error.statusCode}.`;
  const outcomeUnknown = method !== 'GET' && error.statusCode !== 503;
  return new ActionError(isUnanswered ? 'PROVIDER_UNREACHABLE' : 'PROVIDER_UNAVAILABLE', message, { ...options, ...retryAfter(error), retryable: true, outcomeUnknown });
}

/** Seconds, which may be fractional, or a date. */
function retryAfter(error: GraphError): { retryAfterMs?: number } {
  const text = error.headers?.get('retry-after');
  if (!text) return {};
  const seconds = Number(text);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1_000;
  return Number.isNaN(milliseconds) ? {} : { retryAfterMs: Math.max(0, Math.ceil(milliseconds)) };
}
