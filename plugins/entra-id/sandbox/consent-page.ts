import { htmlAnswer, redirectAnswer } from './call.js';
import type { Answer, Call } from './call.js';
import { escapeHtml, page } from './html.js';
import type { Tenant } from './tenant.js';

export type ConsentVersion = 'v1' | 'v2';

/** What the administrator is asked, as the client sent it. */
interface ConsentRequest {
  readonly version: ConsentVersion;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly scope: string | null;
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

function readRequest(parameters: URLSearchParams, version: ConsentVersion): ConsentRequest {
  return {
    version,
    clientId: parameters.get('client_id') ?? '',
    redirectUri: parameters.get('redirect_uri') ?? '',
    state: parameters.get('state'),
    scope: parameters.get('scope'),
  };
}

function errorPage(number: number, message: string): Answer {
  const text = `<p><code>AADSTS${number}</code>: ${escapeHtml(message)}</p>`;
  return htmlAnswer(400, page('Sorry, but there is a problem with this consent request', text));
}

/** The registration of the sandbox accepts every address of this machine and no other. */
function isRegisteredRedirect(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, hash } = new URL(uri);
  return ['http:', 'https:'].includes(protocol) && LOOPBACK_HOSTS.includes(hostname) && hash === '';
}

function isKnownTenant(segment: string, { version }: ConsentRequest, tenant: Tenant): boolean {
  const name = segment.toLowerCase();
  const { tenantId, domains } = tenant.state;
  if (name === tenantId || name === 'organizations' || domains.some((domain) => domain.name === name)) return true;
  return version === 'v1' && name === 'common';
}

/** The page that says why nobody can be asked, or undefined when all is well. */
function refuse(segment: string, request: ConsentRequest, tenant: Tenant): Answer | undefined {
  if (!isKnownTenant(segment, request, tenant)) {
    return errorPage(90002, `Tenant '${segment}' not found. Check to make sure you have the correct tenant ID.`);
  }
  if (request.clientId.toLowerCase() !== tenant.state.application.clientId) {
    return errorPage(700016, `Application with identifier '${request.clientId}' was not found in the directory.`);
  }
  if (!isRegisteredRedirect(request.redirectUri)) {
    return errorPage(50011, `The redirect URI '${request.redirectUri}' specified in the request does not match the redirect URIs configured for the application. The sandbox tenant accepts http and https addresses of this machine (localhost, 127.0.0.1).`);
  }
  if (request.version === 'v2' && !(request.scope ?? '').split(' ').some((scope) => scope.endsWith('/.default'))) {
    return errorPage(70011, "The scope of the request must end in '/.default', because application permissions are asked for.");
  }
  return undefined;
}

/** `GET /{tenant}/v2.0/adminconsent` (v2) and `GET /{tenant}/adminconsent` (v1). */
export function showConsentPage(call: Call, segment: string, version: ConsentVersion, tenant: Tenant): Answer {
  const request = readRequest(call.url.searchParams, version);
  const refusal = refuse(segment, request, tenant);
  if (refusal !== undefined) return refusal;
  const { application, displayName } = tenant.state;
  const permissions = application.requestedPermissions.map((permission) => `<li><code>${escapeHtml(permission)}</code></li>`).join('\n');
  const field = (name: string, value: string | null): string =>
    value === null ? '' : `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
  const body = `<p><strong>${escapeHtml(application.displayName)}</strong> asks for these application permissions in <strong>${escapeHtml(displayName)}</strong>:</p>
<ul>
${permissions}
</ul>
<form method="post" action="${escapeHtml(call.url.pathname)}">
${field('client_id', request.clientId)}${field('redirect_uri', request.redirectUri)}${field('state', request.state)}${field('scope', request.scope)}
<button name="decision" value="accept">Accept</button><button name="decision" value="cancel">Cancel</button><button name="decision" value="no-administrator">I am not an administrator</button>
</form>`;
  return withoutFormLimit(htmlAnswer(200, page('Permissions requested', body)));
}

/** A form's answer redirects to the client's address, which browsers count as a target of the form. */
function withoutFormLimit(answer: Answer): Answer {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'self' http: https:";
  return { ...answer, headers: { ...answer.headers, 'content-security-policy': policy } };
}

function grant(tenant: Tenant): void {
  const { application, servicePrincipal } = tenant.state;
  servicePrincipal.isPresent = true;
  servicePrincipal.permissions = [...new Set([...servicePrincipal.permissions, ...application.requestedPermissions])];
  tenant.changed();
}

function acceptedParameters(request: ConsentRequest, tenant: Tenant): Record<string, string> {
  return {
    admin_consent: 'True',
    tenant: tenant.behaviour.consentReturnsTenantId ?? tenant.state.tenantId,
    ...(request.state === null ? {} : { state: request.state }),
    ...(request.version === 'v2' && request.scope !== null ? { scope: request.scope } : {}),
  };
}

/** As documented: a refused v2 consent says admin_consent=True all the same, and a refused v1 consent loses the state. */
function canceledParameters({ version, state }: ConsentRequest): Record<string, string> {
  if (version === 'v1') return { error: 'permission_denied', error_description: 'The admin canceled the request' };
  return {
    admin_consent: 'True',
    error: 'consent_required',
    error_description: 'AADSTS65004: The resource owner or authorization server denied the request.',
    ...(state === null ? {} : { state }),
  };
}

/** An ordinary user is told to ask for approval; who goes back to the application from there brings this. */
function refusedParameters({ state }: ConsentRequest): Record<string, string> {
  return {
    error: 'access_denied',
    error_description: 'AADSTS90094: An administrator of the tenant has set a policy that prevents you from granting the application the permissions it is requesting.',
    ...(state === null ? {} : { state }),
  };
}

const ANSWERS = { accept: acceptedParameters, cancel: canceledParameters, 'no-administrator': refusedParameters } as const;

/** The form's answer: consent is stored, and the browser goes back to the client. */
export function decideConsent(call: Call, segment: string, version: ConsentVersion, tenant: Tenant): Answer {
  const form = new URLSearchParams(call.body);
  const request = readRequest(form, version);
  const refusal = refuse(segment, request, tenant);
  if (refusal !== undefined) return refusal;
  const decision = form.get('decision');
  if (decision !== 'accept' && decision !== 'cancel' && decision !== 'no-administrator') return errorPage(90014, "The required field 'decision' must be 'accept', 'cancel' or 'no-administrator'.");
  if (decision === 'accept') grant(tenant);
  call.entry.hadEffect = decision === 'accept';
  const back = new URL(request.redirectUri);
  const parameters = ANSWERS[decision](request, tenant);
  for (const [name, value] of Object.entries(parameters)) back.searchParams.set(name, value);
  return redirectAnswer(back.href);
}
