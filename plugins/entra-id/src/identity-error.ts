import { ActionError } from '@countermeasure/sdk';

interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const NOT_CONSENTED: Explanation = {
  code: 'CONSENT_MISSING',
  message: 'The app is not known in this tenant: no administrator has granted it access yet.',
  remedy: 'A Global Administrator of the tenant opens the connection\'s admin-consent link and accepts.',
};
const SECRET_WRONG: Explanation = {
  code: 'CREDENTIAL_INVALID',
  message: 'Microsoft refused the app\'s credential.',
  remedy: 'Compare ENTRA_CLIENT_ID and the secret or certificate with the app registration; use the secret\'s value, not its id.',
};
const SECRET_EXPIRED: Explanation = {
  code: 'CREDENTIAL_EXPIRED',
  message: 'The app\'s client secret has expired.',
  remedy: 'Make a new client secret in the app registration, set ENTRA_CLIENT_SECRET to its value and start the service again.',
};
const TENANT_UNKNOWN: Explanation = {
  code: 'TENANT_NOT_FOUND',
  message: 'Microsoft knows no such tenant.',
  remedy: 'Correct the connection\'s tenantId: it is the directory (tenant) id of the Entra admin center\'s overview, or a verified domain.',
};
const BLOCKED: Explanation = {
  code: 'ACCESS_BLOCKED',
  message: 'A policy of the tenant blocks the app.',
  remedy: 'Let the tenant\'s administrators look at Conditional Access for workload identities, and at whether the app is enabled.',
};

/** AADSTS numbers. @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  7000215: SECRET_WRONG,
  700027: SECRET_WRONG,
  700024: SECRET_WRONG,
  700030: SECRET_WRONG,
  7000222: SECRET_EXPIRED,
  90002: TENANT_UNKNOWN,
  900023: TENANT_UNKNOWN,
  700016: NOT_CONSENTED,
  65001: NOT_CONSENTED,
  7000112: BLOCKED,
  53003: BLOCKED,
};

/** What @azure/identity throws, in our terms. The useful part is in the cause; its message can be long, but holds no secret. */
export function toIdentityError(error: unknown): ActionError {
  const { cause, message, name } = error instanceof Error ? error : new Error(String(error));
  const { errorNo, errorCode, status, correlationId } = (cause ?? {}) as { errorNo?: string | number; errorCode?: unknown; status?: unknown; correlationId?: unknown };
  const options = { cause: error, ...(typeof correlationId === 'string' && correlationId !== '' && { providerRequestId: correlationId }) };
  const explanation = EXPLANATIONS[String(errorNo)];
  if (explanation) return new ActionError(explanation.code, `${explanation.message} (AADSTS${String(errorNo)})`, { ...options, remedy: explanation.remedy });
  if (message.includes('endpoints_resolution_error')) {
    return new ActionError('IDENTITY_UNREACHABLE', 'Microsoft\'s sign-in service did not tell its addresses for this tenant.', {
      ...options,
      retryable: true,
      remedy: 'Check the connection\'s tenantId, and that this machine reaches ENTRA_AUTHORITY_HOST.',
    });
  }
  if (isPassing(errorCode, status)) {
    return new ActionError('IDENTITY_UNREACHABLE', 'Microsoft\'s sign-in service did not answer.', { ...options, retryable: true, remedy: 'Check that this machine reaches ENTRA_AUTHORITY_HOST.' });
  }
  const number = errorNo === undefined ? name : `AADSTS${String(errorNo)}`;
  return new ActionError('AUTHENTICATION_FAILED', `Microsoft gave the app no token (${number}).`, {
    ...options,
    remedy: 'Run "countermeasure doctor", and look the number up in Microsoft\'s list of AADSTS error codes.',
  });
}

function isPassing(errorCode: unknown, status: unknown): boolean {
  if (errorCode === 'network_error' || errorCode === 'temporarily_unavailable') return true;
  return typeof status === 'number' && (status === 429 || status >= 500);
}
