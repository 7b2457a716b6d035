/** A refusal of Microsoft's, in words. */
export interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly isPassing?: boolean;
}

const SECRET_WRONG: Explanation = {
  code: 'CREDENTIAL_INVALID',
  message: 'Microsoft refused the app\'s client secret.',
  remedy: 'Compare the client id and the secret with the app registration; use the secret\'s value, not its id.',
};
const CERTIFICATE_UNKNOWN: Explanation = {
  code: 'CREDENTIAL_INVALID',
  message: 'Microsoft does not know the app\'s certificate.',
  remedy: 'Upload the certificate, without its private key, to the app registration under Certificates & secrets.',
};
const NOT_FEDERATED: Explanation = {
  code: 'CREDENTIAL_INVALID',
  message: 'Microsoft does not accept the token of ENTRA_FEDERATED_TOKEN_FILE for this app.',
  remedy: 'Compare the issuer, subject and audience of the token with the federated credential of the app registration, letter by letter.',
};
const SECRET_EXPIRED: Explanation = {
  code: 'CREDENTIAL_EXPIRED',
  message: 'The app\'s client secret has expired.',
  remedy: 'Make a new client secret in the app registration and put it in the place of the old one: in ENTRA_CLIENT_SECRET, or in the connection\'s credential.',
};
const CLOCK_SKEW: Explanation = {
  code: 'CLOCK_SKEW',
  message: 'Microsoft says that what the app showed is not valid at this time.',
  remedy: 'Set the clock of this machine right (NTP); it must not be more than five minutes off.',
};
const TENANT_UNKNOWN: Explanation = {
  code: 'TENANT_NOT_FOUND',
  message: 'Microsoft knows no such tenant.',
  remedy: 'Correct the connection\'s tenantId, which is the directory (tenant) id of the Entra admin center\'s overview or a verified domain, and its cloud.',
};
const NOT_CONSENTED: Explanation = {
  code: 'CONSENT_MISSING',
  message: 'The app was not found in this tenant: no administrator has granted it access yet, or the client id is wrong.',
  remedy: 'A Global Administrator of the tenant opens the connection\'s admin-consent link and accepts. If that was done, compare the client id with the app registration.',
};
const APP_DISABLED: Explanation = {
  code: 'APP_DISABLED',
  message: 'The app is disabled in this tenant.',
  remedy: 'An administrator of the tenant enables it under Enterprise applications > Properties > Enabled for users to sign in.',
};
const BLOCKED: Explanation = {
  code: 'ACCESS_BLOCKED',
  message: 'A policy of the tenant blocks the app.',
  remedy: 'Let the tenant\'s administrators look at Conditional Access for workload identities.',
};
const NOT_MULTI_TENANT: Explanation = {
  code: 'NOT_MULTI_TENANT',
  message: 'The app registration only serves the tenant that it was made in.',
  remedy: 'Set its supported account types to accounts in any organizational directory, or connect the tenant by an app of its own.',
};
const IN_TROUBLE: Explanation = { code: 'IDENTITY_UNAVAILABLE', message: 'Microsoft\'s sign-in service is in trouble.', remedy: 'Nothing to do: it is tried again.', isPassing: true };

/** By AADSTS number. @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  7000215: SECRET_WRONG,
  7000216: SECRET_WRONG,
  7000222: SECRET_EXPIRED,
  700027: CERTIFICATE_UNKNOWN,
  700030: CERTIFICATE_UNKNOWN,
  70021: NOT_FEDERATED,
  700211: NOT_FEDERATED,
  700212: NOT_FEDERATED,
  700213: NOT_FEDERATED,
  700024: CLOCK_SKEW,
  90002: TENANT_UNKNOWN,
  900023: TENANT_UNKNOWN,
  700016: NOT_CONSENTED,
  7000229: NOT_CONSENTED,
  65001: NOT_CONSENTED,
  7000112: APP_DISABLED,
  70001: APP_DISABLED,
  53003: BLOCKED,
  50194: NOT_MULTI_TENANT,
  50033: IN_TROUBLE,
};

export function explanationOf(number: string): Explanation | undefined {
  return Object.hasOwn(EXPLANATIONS, number) ? EXPLANATIONS[number] : undefined;
}
