import { randomUUID } from 'node:crypto';
import type { Tenant } from '../tenant.js';
import { GraphFailure } from './graph-failure.js';

function failed(reason: string): GraphFailure {
  return new GraphFailure(400, 'ValidationError', `Subscription validation request failed. ${reason}`);
}

async function ask(url: URL, tenant: Tenant): Promise<{ status: number; contentType: string; text: string }> {
  const signal = AbortSignal.any([tenant.stopped, AbortSignal.timeout(tenant.behaviour.validationTimeoutMs)]);
  try {
    const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' }, redirect: 'manual', signal });
    return { status: reply.status, contentType: reply.headers.get('content-type') ?? '', text: await reply.text() };
  } catch {
    throw failed('Notification endpoint could not be reached, or did not answer in time.');
  }
}

/** The handshake: whoever answers at the address must want to be notified, and sends the token back as plain text. */
export async function validateEndpoint(address: string, tenant: Tenant): Promise<void> {
  const url = new URL(address);
  // With spaces and colons like Microsoft's, so that a client that does not decode it is found out.
  const token = `Validation: of an endpoint of a client of the sandbox tenant, Request-Id: ${randomUUID()}`;
  url.searchParams.set('validationToken', token);
  const { status, contentType, text } = await ask(url, tenant);
  if (status !== 200) throw failed('Notification endpoint must respond with 200 OK to validation request.');
  if (!contentType.toLowerCase().startsWith('text/plain')) throw failed('The answer to the validation request must be text/plain.');
  if (text !== token) throw failed('The answer to the validation request must be the decoded validationToken and nothing else.');
}
