import { createHmac, randomUUID } from 'node:crypto';
import type { TestApp } from './test-app.js';

export interface HookAnswer {
  readonly status: number;
  readonly accepted?: number;
  readonly duplicates?: number;
  readonly events?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string; readonly problems: readonly { path: readonly (string | number)[]; message: string }[] };
}

export interface Refusal {
  readonly source: string;
  readonly code: string;
  readonly count: number;
}

/** The headers of a request that is signed as Standard Webhooks says. */
export function sign(secret: string, body: string | Buffer, { id = `msg-${randomUUID()}`, at = Date.now() }: { id?: string; at?: number } = {}): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

export async function postHook({ app }: TestApp, name: string, body: string | Buffer, headers: Record<string, string>): Promise<HookAnswer> {
  const response = await fetch(`${app.url}/hooks/${name}`, { method: 'POST', headers, body });
  return { ...((await response.json()) as object), status: response.status };
}

export async function createSource({ admin }: TestApp, name: string, eventType = 'lab:signal'): Promise<{ id: string; secret: string }> {
  const { createEventSource } = await admin.ask<{ createEventSource: { secret: string; source: { id: string } } }>('mutation ($input: CreateEventSourceInput!) { createEventSource(input: $input) { secret source { id } } }', { input: { name, eventType } });
  return { id: createEventSource.source.id, secret: createEventSource.secret };
}

export async function refusalsOf({ admin }: TestApp): Promise<Refusal[]> {
  return (await admin.ask<{ hookRefusals: Refusal[] }>('{ hookRefusals { source code count } }')).hookRefusals;
}
