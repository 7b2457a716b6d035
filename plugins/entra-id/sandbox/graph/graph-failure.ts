import { headerText } from '../call.js';
import type { Answer, Call } from '../call.js';
import type { Fault } from '../faults.js';
import type { Refusal } from '../throttle.js';

/** A refusal of Graph, under its own code and words. */
export class GraphFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'GraphFailure';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(message: string): GraphFailure {
  return new GraphFailure(400, 'Request_BadRequest', message);
}

export function notFound(name: string): GraphFailure {
  return new GraphFailure(
    404,
    'Request_ResourceNotFound',
    `Resource '${name}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

export function denied(message = 'Insufficient privileges to complete the operation.'): GraphFailure {
  return new GraphFailure(403, 'Authorization_RequestDenied', message);
}

const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'Request_BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  409: 'Directory_ConcurrencyViolation',
  429: 'TooManyRequests',
  503: 'serviceNotAvailable',
};

const MESSAGE_BY_STATUS: Readonly<Record<number, string>> = {
  401: 'Lifetime validation failed, the token is expired.',
  403: 'Insufficient privileges to complete the operation.',
  409: 'Error due to concurrent requests to the same resource. Please wait briefly and retry.',
  429: 'Please retry again later.',
};

/** What every answer of Graph carries. */
export function graphHeaders(call: Call): Record<string, string> {
  return {
    'cache-control': 'no-cache',
    'request-id': call.requestId,
    'client-request-id': headerText(call.headers, 'client-request-id') ?? call.requestId,
    'x-ms-ags-diagnostic': '{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"SANDBOX"}}',
  };
}

export const GRAPH_JSON = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

function innerError(call: Call, nowMs: number): Record<string, string> {
  const headers = graphHeaders(call);
  return {
    date: new Date(nowMs).toISOString().slice(0, 19),
    'request-id': call.requestId,
    'client-request-id': headers['client-request-id'] ?? call.requestId,
  };
}

export function failureAnswer(call: Call, failure: GraphFailure, nowMs: number): Answer {
  const body = { error: { code: failure.code, message: failure.message, innerError: innerError(call, nowMs) } };
  const headers = { ...graphHeaders(call), 'content-type': 'application/json', ...failure.headers };
  return { status: failure.status, headers, body: JSON.stringify(body) };
}

function tooManyRequests(call: Call, nowMs: number, headers: Readonly<Record<string, string>>): Answer {
  const inner = { code: '429', message: 'Please retry after', status: '429', ...innerError(call, nowMs) };
  const body = { error: { code: 'TooManyRequests', innerError: inner, message: 'Please retry again later.' } };
  return { status: 429, headers: { ...graphHeaders(call), 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function throttledAnswer(call: Call, refusal: Refusal, scope: string, nowMs: number): Answer {
  // Identity Protection does not tell how long to wait, nor which limit it was.
  if (refusal.retryAfterSeconds === null) return tooManyRequests(call, nowMs, {});
  return tooManyRequests(call, nowMs, {
    'retry-after': String(refusal.retryAfterSeconds),
    'x-ms-throttle-scope': scope,
    'x-ms-throttle-information': refusal.reason,
  });
}

function literalAnswer(call: Call, status: number, fault: Fault): Answer {
  const body = typeof fault.body === 'object' ? JSON.stringify(fault.body) : (fault.body ?? '');
  const contentType = body.startsWith('<') ? 'text/html' : GRAPH_JSON;
  return { status, headers: { ...graphHeaders(call), 'content-type': contentType, ...fault.headers }, body };
}

function defaultCode(status: number): string {
  return CODE_BY_STATUS[status] ?? (status >= 500 ? 'UnknownError' : 'BadRequest');
}

/** An injected fault as Graph would say it. */
export function faultAnswer(call: Call, fault: Fault, nowMs: number): Answer {
  const status = fault.status ?? 500;
  if (fault.body !== undefined || status < 400) return literalAnswer(call, status, fault);
  if (status === 429 && fault.code === undefined) return tooManyRequests(call, nowMs, fault.headers);
  const message = fault.message ?? MESSAGE_BY_STATUS[status] ?? 'An injected fault of the sandbox tenant.';
  return failureAnswer(call, new GraphFailure(status, fault.code ?? defaultCode(status), message, fault.headers), nowMs);
}
