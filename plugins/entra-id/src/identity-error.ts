import { ActionError, isActionError, type ActionErrorOptions } from '@countermeasure/sdk';
import { explanationOf } from './aadsts.js';
import { toNetworkError, toProxyError } from './network-error.js';
import type { TokenAnswer } from './token-traffic.js';

const SERVICE = 'Microsoft\'s sign-in service';

/** What @azure/identity throws, in our terms, with the help of what was seen on the wire. Its own message can be long, but holds no secret. */
export function toIdentityError(error: unknown, seen: TokenAnswer): ActionError {
  if (isActionError(error)) return error;
  const { errorNo, correlationId } = ((error as { cause?: unknown }).cause ?? {}) as { errorNo?: string | number; correlationId?: unknown };
  const options: ActionErrorOptions = { cause: error, concernsConnection: true, ...(typeof correlationId === 'string' && correlationId !== '' && { providerRequestId: correlationId }) };
  const number = errorNo === undefined ? seen.aadsts : String(errorNo);
  // A number is Microsoft's, whatever else the answer looks like.
  const answer = number === undefined ? seen : { ...seen, isMicrosofts: true };
  return explained(number, options) ?? unanswered(answer, options) ?? unexplained(number, error, options);
}

function explained(number: string | undefined, options: ActionErrorOptions): ActionError | undefined {
  const explanation = number === undefined ? undefined : explanationOf(number);
  if (!explanation) return undefined;
  const { code, message, remedy, isPassing = false } = explanation;
  return new ActionError(code, `${message} (AADSTS${number})`, { ...options, remedy, retryable: isPassing });
}

function unanswered({ networkCode, isMicrosofts, status }: TokenAnswer, options: ActionErrorOptions): ActionError | undefined {
  if (networkCode !== undefined) return toNetworkError(networkCode, SERVICE, 'ENTRA_AUTHORITY_HOST', options);
  if (status === undefined) return undefined;
  if (isMicrosofts === false) return toProxyError(status, SERVICE, options);
  if (status !== 429 && status < 500) return undefined;
  return new ActionError('IDENTITY_UNAVAILABLE', `${SERVICE} is in trouble: it answered ${status}.`, { ...options, retryable: true, trouble: status === 429 ? 'THROTTLED' : 'UNAVAILABLE', remedy: 'Nothing to do: it is tried again.' });
}

function unexplained(number: string | undefined, error: unknown, options: ActionErrorOptions): ActionError {
  const what = number === undefined ? (error as Error).name : `AADSTS${number}`;
  return new ActionError('AUTHENTICATION_FAILED', `Microsoft gave the app no token (${what}).`, {
    ...options,
    remedy: 'Run "countermeasure doctor", and look the number up in Microsoft\'s list of AADSTS error codes.',
  });
}

/** The credential did not answer in time, or MSAL lost its patience without a reason. */
export function tokenTimeout(withinMs: number): ActionError {
  return new ActionError('UNREACHABLE', `${SERVICE} did not answer within ${withinMs / 1_000} s.`, {
    retryable: true,
    trouble: 'UNAVAILABLE',
    concernsConnection: true,
    remedy: 'Check that this machine reaches it, and that a firewall or proxy lets it.',
  });
}
