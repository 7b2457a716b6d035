import { ClientCertificateCredential, ClientSecretCredential, ManagedIdentityCredential, WorkloadIdentityCredential, type TokenCredential } from '@azure/identity';
import { ActionError } from '@countermeasure/sdk';
import { readOwnFile, usablePem, type AppCredential } from './app-credential.js';
import type { Endpoints } from './clouds.js';
import type { TokenTraffic } from './token-traffic.js';

/** Enough for a passing fault, and few enough that an unreachable authority is told within seconds: the engine tries again anyway. */
const RETRIES = { maxRetries: 1, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 };

/** A credential for one tenant. Nothing is asked of Microsoft yet; it keeps its tokens to itself, so a new one has none. */
export function createCredential(app: AppCredential, tenantId: string, endpoints: Endpoints, traffic: TokenTraffic): TokenCredential {
  const { authority: authorityHost, isKnownAuthority } = endpoints;
  const options = {
    authorityHost,
    // Discovery asks the public cloud whether an authority is one of Microsoft's, whichever that is.
    disableInstanceDiscovery: !isKnownAuthority,
    retryOptions: RETRIES,
    additionalPolicies: [{ policy: traffic, position: 'perRetry' as const }],
  };
  switch (app.kind) {
    case 'SECRET':
      return new ClientSecretCredential(tenantId, app.clientId, app.secret, options);
    case 'CERTIFICATE':
      return new ClientCertificateCredential(tenantId, app.clientId, { certificate: usablePem(app.readPem) }, options);
    case 'FEDERATED':
      readOwnFile(app.tokenFilePath, 'ENTRA_FEDERATED_TOKEN_FILE');
      return new WorkloadIdentityCredential({ ...options, tenantId, clientId: app.clientId, tokenFilePath: app.tokenFilePath });
    case 'MANAGED':
      return managedIdentity(app.clientId);
  }
}

/** Its token does not come from the sign-in service but from the machine that we run on, so what goes wrong there has words of its own. */
function managedIdentity(clientId: string | undefined): TokenCredential {
  const credential = new ManagedIdentityCredential({ retryOptions: RETRIES, ...(clientId !== undefined && { clientId }) });
  return {
    getToken: (scope, options) =>
      credential.getToken(scope, options).catch((cause: unknown) => {
        throw new ActionError('AUTHENTICATION_FAILED', 'This machine gave the service no token of a managed identity.', {
          cause,
          concernsConnection: true,
          remedy: 'Run the service on an Azure resource that has a managed identity, and name a user-assigned one in ENTRA_CLIENT_ID; or set ENTRA_CLIENT_SECRET, ENTRA_CLIENT_CERTIFICATE_PATH or ENTRA_FEDERATED_TOKEN_FILE.',
        });
      }),
  };
}
