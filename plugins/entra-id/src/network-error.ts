import { ActionError, type ActionErrorOptions } from '@countermeasure/sdk';

const UNTRUSTED = /^(CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME|EPROTO)/;
const NAME_NOT_FOUND = /^(ENOTFOUND|EAI_)/;

/** No answer came from `service`, found at what `variable` names: in our terms, by the code that Node gave. */
export function toNetworkError(networkCode: string, service: string, variable: string, options: ActionErrorOptions): ActionError {
  if (NAME_NOT_FOUND.test(networkCode)) {
    return new ActionError('DNS_FAILURE', `The host name of ${service} could not be found (${networkCode}).`, {
      ...options,
      retryable: true,
      trouble: 'UNAVAILABLE',
      remedy: `Check the name resolution of this machine and, where it is set, ${variable}.`,
    });
  }
  if (UNTRUSTED.test(networkCode)) {
    return new ActionError('TLS_UNTRUSTED', `The certificate that answered for ${service} is not trusted (${networkCode}).`, {
      ...options,
      outcomeUnknown: false,
      remedy: 'A proxy that inspects TLS needs its certificate authority in NODE_EXTRA_CA_CERTS; otherwise somebody is between this machine and Microsoft.',
    });
  }
  return new ActionError('UNREACHABLE', `${capitalise(service)} did not answer (${networkCode}).`, {
    ...options,
    retryable: true,
    trouble: 'UNAVAILABLE',
    remedy: `Check that this machine reaches it, that a firewall or proxy lets it, and, where it is set, ${variable}.`,
  });
}

/** Something answered, and it was not Microsoft. */
export function toProxyError(status: number, service: string, options: ActionErrorOptions): ActionError {
  return new ActionError('NOT_MICROSOFT', `What answered for ${service} was not Microsoft (status ${status}).`, {
    ...options,
    retryable: status >= 500 || status === 429,
    ...(status >= 500 && { trouble: 'UNAVAILABLE' }),
    ...(status === 429 && { trouble: 'THROTTLED' }),
    remedy: 'A proxy or a sign-in page of the network is in the way: let this machine reach Microsoft without it.',
  });
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
