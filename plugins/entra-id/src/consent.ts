import { ActionError, type ConsentAnswerContext, type ConsentLinkContext } from '@countermeasure/sdk';
import { z } from 'zod';
import { appCredentialOf, type ConnectionCredential } from './app-credential.js';
import { endpointsOf } from './clouds.js';
import type { EntraEnvironment } from './environment.js';
import type { EntraSettings } from './settings.js';

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const DECLINED: Refusal = { code: 'CONSENT_DECLINED', message: 'The administrator declined.', remedy: 'If that was not meant, ask for a new link, open it and accept.' };
const NOT_ADMINISTRATOR: Refusal = {
  code: 'CONSENT_NEEDS_ADMINISTRATOR',
  message: 'Whoever opened the link may not grant this: it takes an administrator of the tenant.',
  remedy: 'Have a Global Administrator or a Privileged Role Administrator of the tenant open a new link.',
};
const WRONG_TENANT: Refusal = {
  code: 'WRONG_TENANT',
  message: 'The answer came from another tenant than the one that this connection is to.',
  remedy: 'Sign in as an administrator of the right tenant, and open a new link. What was granted in the other tenant can be taken away under its enterprise applications.',
};
const UNCLEAR: Refusal = { code: 'CONSENT_FAILED', message: 'Microsoft did not say that access was granted.', remedy: 'Ask for a new link and open it again.' };

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const BY_NUMBER: Readonly<Record<string, Refusal>> = {
  65004: DECLINED,
  90093: NOT_ADMINISTRATOR,
  90094: NOT_ADMINISTRATOR,
  50011: { code: 'REDIRECT_NOT_REGISTERED', message: 'The app registration does not know the address that Microsoft was to come back to.', remedy: 'Add the redirect URI <PUBLIC_URL>/consent/callback, of the type Web, to the app registration.' },
  700016: { code: 'APP_NOT_FOUND', message: 'Microsoft knows no app of this client id.', remedy: 'Compare the client id with the app registration, and check that it serves other tenants than its own.' },
  50194: { code: 'NOT_MULTI_TENANT', message: 'The app registration only serves the tenant that it was made in.', remedy: 'Set its supported account types to accounts in any organizational directory.' },
  650052: { code: 'SERVICE_NOT_IN_TENANT', message: 'The tenant lacks a service that the app asks access to.', remedy: 'Take permissions of services that the tenant does not have off the app registration.' },
};

/** What Microsoft calls it without a number. A map, because anybody can write the name: an object would answer to `constructor`, too. */
const BY_NAME: ReadonlyMap<string, Refusal> = new Map(['consent_required', 'permission_denied', 'access_denied'].map((name) => [name, DECLINED]));

/** The admin-consent link of the v2 endpoint; application permissions can only be asked for all at once. @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent */
export function consentUrl({ settings, environment, credential, state, redirectUri }: ConsentLinkContext<EntraSettings, EntraEnvironment, ConnectionCredential>): string | undefined {
  const app = appCredentialOf(environment, credential);
  // A managed identity belongs to its own tenant, and is given its permissions there, by hand.
  if (app.kind === 'MANAGED') return undefined;
  const { authority, scope } = endpointsOf(settings.cloud, environment);
  const url = new URL(`${authority}/${settings.tenantId}/v2.0/adminconsent`);
  url.search = new URLSearchParams({ client_id: app.clientId, scope, redirect_uri: redirectUri, state }).toString();
  return url.href;
}

/** `admin_consent=True` stands in refusals, too, so the error is looked at first. */
export function readConsentAnswer({ settings, parameters }: ConsentAnswerContext<EntraSettings>): { tenantId?: string } {
  const { error, error_description: description = '', admin_consent: consent, tenant } = parameters;
  if (error !== undefined) throw toError(refusalOf(error, description));
  if (consent?.toLowerCase() !== 'true') throw toError(UNCLEAR);
  if (tenant === undefined) return {};
  const tenantId = tenant.toLowerCase();
  if (isGuid(settings.tenantId) && tenantId !== settings.tenantId) throw toError(WRONG_TENANT);
  // Microsoft always names the tenant by its id: anything else was not written by Microsoft, and is not passed on.
  if (!isGuid(tenantId)) throw toError(UNCLEAR);
  return { tenantId };
}

function isGuid(text: string): boolean {
  return z.guid().safeParse(text).success;
}

/** Anybody can write the description, so nothing of it is shown but a number. */
function refusalOf(error: string, description: string): Refusal {
  const [, number] = /AADSTS(\d{4,8})/.exec(description) ?? [];
  const known = (number === undefined ? undefined : BY_NUMBER[number]) ?? BY_NAME.get(error);
  if (known) return known;
  const said = number === undefined ? '' : ` (AADSTS${number})`;
  return { code: 'CONSENT_FAILED', message: `Microsoft refused the consent${said}.`, remedy: 'Look the number up in Microsoft\'s list of AADSTS error codes, mend it, and open a new link.' };
}

function toError({ code, message, remedy }: Refusal): ActionError {
  return new ActionError(code, message, { remedy });
}
