import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { JournalEntry } from './journal.js';
import type { Tenant } from './tenant.js';

/** One request as the routes see it. What they find out about it goes into its journal entry. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The address by which the client called, so that links lead back the same way. */
  readonly origin: string;
  readonly requestId: string;
  readonly clientRequestId: string | null;
  readonly entry: JournalEntry;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The client may know this machine as 127.0.0.1 or as localhost; any other name is not believed. */
function originOf(request: FastifyRequest, tenant: Tenant): string {
  const port = new URL(tenant.origin()).port;
  return request.headers.host === `localhost:${port}` ? `https://localhost:${port}` : tenant.origin();
}

export function openCall(request: FastifyRequest, tenant: Tenant): Call {
  const origin = originOf(request, tenant);
  const url = new URL(origin + (request.raw.url ?? '/'));
  const requestId = randomUUID();
  const clientRequestId = headerText(request.headers, 'client-request-id') ?? url.searchParams.get('client-request-id');
  const entry = tenant.journal.open({ method: request.method, url, requestId, clientRequestId });
  const body = typeof request.body === 'string' ? request.body : '';
  return { method: request.method, url, headers: request.headers, body, origin, requestId, clientRequestId, entry };
}

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(body) };
}

export function htmlAnswer(status: number, body: string): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
    body,
  };
}

export function redirectAnswer(location: string): Answer {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
}
