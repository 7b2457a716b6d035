import { ClientCertificateCredential, ClientSecretCredential, ManagedIdentityCredential, WorkloadIdentityCredential, type TokenCredential } from '@azure/identity';
import { isMicrosoftHost, type EntraEnvironment } from './environment.js';

/** The credential that the environment names, for one tenant. Nothing is asked of Microsoft yet. */
export function createCredential(tenantId: string, environment: EntraEnvironment): TokenCredential {
  const { ENTRA_CLIENT_ID: clientId = '', ENTRA_CLIENT_SECRET: secret, ENTRA_CLIENT_CERTIFICATE_PATH: certificatePath } = environment;
  const { ENTRA_FEDERATED_TOKEN_FILE: tokenFilePath, ENTRA_AUTHORITY_HOST: authorityHost } = environment;
  // Discovery asks the public cloud whether an authority is one of Microsoft's; another one is trusted because the operator named it.
  const options = { authorityHost, disableInstanceDiscovery: !isMicrosoftHost(authorityHost) };
  if (secret !== undefined) return new ClientSecretCredential(tenantId, clientId, secret, options);
  if (certificatePath !== undefined) return new ClientCertificateCredential(tenantId, clientId, { certificatePath }, options);
  if (tokenFilePath !== undefined) return new WorkloadIdentityCredential({ ...options, tenantId, clientId, tokenFilePath });
  return clientId === '' ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
