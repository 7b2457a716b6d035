import type { SandboxTenant } from '../../sandbox/index.js';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into bodies of many shapes; each says by its expectations which.
  readonly body: unknown;
}

export interface GraphError {
  readonly error: { readonly code: string; readonly message: string; readonly innerError: Record<string, string> };
}

export interface Collection {
  readonly '@odata.context': string;
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly Record<string, unknown>[];
}

function tokenForm(tenant: SandboxTenant): Record<string, string> {
  return {
    client_id: tenant.environment.ENTRA_CLIENT_ID,
    client_secret: tenant.environment.ENTRA_CLIENT_SECRET,
    scope: 'https://graph.microsoft.com/.default',
    grant_type: 'client_credentials',
  };
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}

/** Asks for a token; what is given takes the place of the usual form's fields, null takes a field away. */
export async function askForToken(tenant: SandboxTenant, changes: Record<string, string | null> = {}, tenantSegment = tenant.tenantId): Promise<Reply> {
  const fields = Object.entries({ ...tokenForm(tenant), ...changes }).filter((field): field is [string, string] => field[1] !== null);
  return read(await fetch(`${tenant.origin}/${tenantSegment}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(fields) }));
}

export async function tokenOf(tenant: SandboxTenant): Promise<string> {
  const { body } = await askForToken(tenant);
  return (body as { access_token: string }).access_token;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** Calls Graph with a fresh token, as a client would that has just been given its permissions. */
export async function callGraph(tenant: SandboxTenant, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const token = options.token ?? (await tokenOf(tenant));
  const content = options.body === undefined ? {} : { 'content-type': 'application/json' };
  const url = path.startsWith('https://') ? path : `${tenant.origin}/v1.0${path}`;
  return read(await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...content, ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }));
}

export function errorOf(reply: Reply): GraphError['error'] {
  return (reply.body as GraphError).error;
}

export function valueOf(reply: Reply): Collection['value'] {
  return (reply.body as Collection).value;
}

export function userPath(idOrUpn: string): string {
  return `/users/${encodeURIComponent(idOrUpn)}`;
}
