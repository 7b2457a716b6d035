import { GRAPH_APP_ID } from './graph-permissions.js';
import type { Tenant } from './tenant.js';
import { TokenRefusal } from './token-refusal.js';

/** By its names in all clouds: which of them the sandbox is in, nobody needs to know. */
const GRAPH_RESOURCES = ['https://graph.microsoft.com', 'https://graph.microsoft.us', 'https://dod-graph.microsoft.us', 'https://microsoftgraph.chinacloudapi.cn', GRAPH_APP_ID];
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** What a token may be asked for here: Microsoft Graph by its own names, or the sandbox's own address. */
export function graphAudiences(origin: string): readonly string[] {
  const port = new URL(origin).port;
  return [...GRAPH_RESOURCES, `https://127.0.0.1:${port}`, `https://localhost:${port}`];
}

/** The path names the tenant by its id or by one of its domains. */
export function checkTenant(segment: string, tenant: Tenant): void {
  const { tenantId, domains } = tenant.state;
  const name = segment.toLowerCase();
  if (name === tenantId || domains.some((domain) => domain.name === name)) return;
  if (['common', 'organizations', 'consumers'].includes(name)) {
    const message = 'No tenant-identifying information found in either the request or implied by any provided credentials.';
    throw new TokenRefusal(400, 'invalid_request', 50059, message);
  }
  if (!GUID.test(name) && !DOMAIN.test(name)) {
    const message = `Specified tenant identifier '${segment}' is neither a valid DNS name, nor a valid external domain.`;
    throw new TokenRefusal(400, 'invalid_request', 900023, message);
  }
  const message = `Tenant '${segment}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`;
  throw new TokenRefusal(400, 'invalid_request', 90002, message);
}

export function checkGrant(grantType: string | null): void {
  if (grantType === 'client_credentials') return;
  if (grantType === null) {
    throw new TokenRefusal(400, 'invalid_request', 900144, "The request body must contain the following parameter: 'grant_type'.");
  }
  const message = `The app requested an unsupported grant type '${grantType}'. The sandbox tenant knows client_credentials only.`;
  throw new TokenRefusal(400, 'unsupported_grant_type', 70003, message);
}

function checkSecret(secret: string | null, tenant: Tenant): void {
  const { clientId, clientSecret, isSecretExpired } = tenant.state.application;
  if (secret === null) {
    const message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    throw new TokenRefusal(401, 'invalid_client', 7000218, message);
  }
  if (secret !== clientSecret) {
    const message =
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, ' +
      `not the client secret ID, for a secret added to app '${clientId}'.`;
    throw new TokenRefusal(401, 'invalid_client', 7000215, message);
  }
  if (isSecretExpired) {
    const message = `The provided client secret keys for app '${clientId}' are expired. Create new keys for the app.`;
    throw new TokenRefusal(401, 'invalid_client', 7000222, message);
  }
}

/** An application without a service principal is unknown to the tenant: nobody has consented to it. */
export function checkCredential(form: URLSearchParams, tenant: Tenant): void {
  const { application, servicePrincipal, tenantId } = tenant.state;
  const clientId = form.get('client_id') ?? '';
  if (clientId.toLowerCase() !== application.clientId || !servicePrincipal.isPresent) {
    const message =
      `Application with identifier '${clientId}' was not found in the directory '${tenantId}'. This can happen if the application ` +
      'has not been installed by the administrator of the tenant or consented to by any user in the tenant.';
    throw new TokenRefusal(400, 'unauthorized_client', 700016, message);
  }
  if (form.has('client_assertion')) {
    const message = 'The certificate with which the client assertion is signed is not registered on the application.';
    throw new TokenRefusal(401, 'invalid_client', 700027, message);
  }
  checkSecret(form.get('client_secret'), tenant);
}

/** The audience that the scope names. */
export function checkScope(scope: string | null, origin: string): string {
  const wanted = (scope ?? '').split(' ').filter((part) => part !== '');
  const [first] = wanted;
  if (first === undefined || wanted.length > 1) {
    const message = `The provided value for the input parameter 'scope' is not valid. The scope ${scope ?? ''} is not valid.`;
    throw new TokenRefusal(400, 'invalid_scope', 70011, message);
  }
  if (!first.endsWith('/.default')) {
    const message =
      `The provided value for scope ${first} is not valid. Client credential flows must have a scope value with /.default ` +
      'suffixed to the resource identifier (application ID URI).';
    throw new TokenRefusal(400, 'invalid_scope', 1002012, message);
  }
  const resource = first.slice(0, -'/.default'.length).replace(/\/$/, '');
  if (graphAudiences(origin).includes(resource)) return resource;
  const message =
    `The resource principal named ${resource} was not found in the tenant. This can happen if the application has not been ` +
    'installed by the administrator of the tenant.';
  throw new TokenRefusal(400, 'invalid_resource', 500011, message);
}
