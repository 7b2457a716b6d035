import type { WireAnswer, WireCall } from './recorder.js';

/** Where Microsoft's clouds are. @see https://learn.microsoft.com/graph/deployments */
export const CLOUDS = {
  PUBLIC: { authority: 'login.microsoftonline.com', graph: 'graph.microsoft.com' },
  US_GOV: { authority: 'login.microsoftonline.us', graph: 'graph.microsoft.us' },
  US_GOV_DOD: { authority: 'login.microsoftonline.us', graph: 'dod-graph.microsoft.us' },
  // The sign-in service of China has two names: browsers are sent to the documented one, Microsoft's library calls the newer.
  CHINA: { authority: 'login.partner.microsoftonline.cn', graph: 'microsoftgraph.chinacloudapi.cn' },
} as const;

/** Where an administrator's browser is sent. */
export const SIGN_IN_PAGES: Readonly<Record<keyof typeof CLOUDS, string>> = {
  PUBLIC: 'https://login.microsoftonline.com',
  US_GOV: 'https://login.microsoftonline.us',
  US_GOV_DOD: 'https://login.microsoftonline.us',
  CHINA: 'https://login.chinacloudapi.cn',
};

export type CloudName = keyof typeof CLOUDS;
export const CLOUD_NAMES = Object.keys(CLOUDS) as CloudName[];

export const HOSTS = [...new Set(Object.values(CLOUDS).flatMap(({ authority, graph }) => [authority, graph]))];

export const TENANT_ID = '5a1c0d3e-0000-4000-8000-00000000000a';
export const CLIENT_ID = '5a1c0d3e-0000-4000-8000-00000000000c';
export const CLIENT_SECRET = 'a secret with ~ & % + = in it';
export const SERVICE_PRINCIPAL_ID = '5a1c0d3e-0000-4000-8000-00000000000d';
export const USER = {
  id: '5a1c0d3e-0000-4000-8000-00000000000b',
  displayName: 'Mira Okafor',
  userPrincipalName: 'mira.okafor@contoso.example',
  userType: 'Member',
  accountEnabled: true,
  onPremisesSyncEnabled: null,
  signInSessionsValidFromDateTime: '2025-01-01T00:00:00Z',
  passwordProfile: null,
} as const;

const PERMISSIONS = ['User.Read.All', 'User.RevokeSessions.All', 'User.EnableDisableAccount.All', 'User-PasswordProfile.ReadWrite.All'];

/** A token as those of Graph are made; the host that it was got from stands in it, so that one can see where it goes. */
export function tokenFrom(host: string, morePermissions: readonly string[] = []): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${part({ typ: 'JWT', alg: 'RS256' })}.${part({ tid: TENANT_ID, appid: CLIENT_ID, oid: SERVICE_PRINCIPAL_ID, idtyp: 'app', roles: [...PERMISSIONS, ...morePermissions], from: host })}.c2lnbmF0dXJl`;
}

/** What Microsoft answers when all is well. */
export function answerAsMicrosoft({ host, method, path }: WireCall, morePermissions: readonly string[] = []): WireAnswer {
  if (path.endsWith('/oauth2/v2.0/token')) return { body: { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: tokenFrom(host, morePermissions) } };
  if (method === 'PATCH') return { status: 204 };
  if (method === 'POST') return { body: { '@odata.context': `https://${host}/v1.0/$metadata#Edm.Boolean`, value: true } };
  if (path === '/v1.0/users') return { body: { value: [USER] } };
  return { body: path.startsWith('/v1.0/users/') && !path.includes('transitiveMemberOf') ? USER : { value: [] } };
}
