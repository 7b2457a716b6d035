import { ActionError, isActionError, type ActionErrorOptions } from '@countermeasure/sdk';
import { HOUR_MS, MINUTE_MS } from './graph-list.js';

/** The mapping of Graph's refusals is about single users; here it is told of a subscription to all of them. */
export function toSubscriptionError(error: unknown): unknown {
  if (!isActionError(error)) return error;
  const { message, providerRequestId } = error;
  const options: ActionErrorOptions = { cause: error, ...(providerRequestId !== undefined && { providerRequestId }) };
  if (error.code === 'INVALID_REQUEST' && /validation/i.test(message)) {
    return new ActionError('NOTIFICATION_URL_UNREACHABLE', message, {
      ...options,
      retryable: true,
      retryAfterMs: MINUTE_MS,
      remedy: 'Microsoft must reach PUBLIC_URL from the internet by https, with a certificate of a public authority and without a sign-in in front of it.',
    });
  }
  return BY_CODE[error.code]?.(options) ?? error;
}

const BY_CODE: Readonly<Record<string, (options: ActionErrorOptions) => ActionError>> = {
  TARGET_NOT_FOUND: (options) => new ActionError('SUBSCRIPTION_GONE', 'Microsoft Graph no longer has the subscription.', { ...options, remedy: 'Nothing to do: a new one is made.' }),
  CONFLICT: (options) =>
    new ActionError('SUBSCRIPTION_TAKEN', 'The app has subscribed to the users of this tenant already, for another address.', {
      ...options,
      retryable: true,
      retryAfterMs: HOUR_MS,
      remedy: 'Give each installation of this service an app registration of its own, or end the other subscription.',
    }),
  PRIVILEGED_ROLE_REQUIRED: (options) => new ActionError('SUBSCRIPTION_REFUSED', 'Microsoft Graph refuses to tell of changes of users, although the permission was granted.', { ...options, remedy: 'Look whether the tenant is one of Azure AD B2C, which has no change notifications.' }),
};
