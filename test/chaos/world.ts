import { TestClient } from '../support/test-client.ts';
import { until } from '../support/until.ts';
import { Client } from './client.ts';
import type { Fleet } from './fleet.ts';
import type { Random } from './random.ts';

const CREATE_KEY = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
const CREATE_TRIGGER = 'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }';
const HEALTH = 'query ($id: ID!) { node(id: $id) { ... on Playbook { readiness { problems { message } } } } }';

/** What there is before the first disturbance: who asks, and what is asked for. */
export interface World {
  readonly responder: Client;
  /** Two, who decide about the same approvals. */
  readonly approvers: readonly Client[];
  readonly admin: Client;
  readonly plainPlaybook: string;
  readonly approvedPlaybook: string;
  readonly triggerId: string;
  readonly users: readonly string[];
}

interface Options {
  readonly fleet: Fleet;
  readonly tenantId: string;
  readonly users: readonly string[];
  readonly noticeUrl: string;
  readonly random: Random;
}

export async function createWorld({ fleet, tenantId, users, noticeUrl, random }: Options): Promise<World> {
  const admin = new TestClient(fleet.urls[0] ?? '', fleet.adminKey);
  const keyOf = async (name: string, role: string): Promise<Client> => {
    const { createApiKey } = await admin.ask<{ createApiKey: { secret: string } }>(CREATE_KEY, { input: { name, roles: [role] } });
    return new Client(fleet.urls, createApiKey.secret, random);
  };
  const connectionId = await admin.connect('entra-id', { tenantId });
  // Patient enough for what the provider goes through in a round, and no longer.
  const step = { connectionId, timeout: 'PT4S', retry: { maxAttempts: 8, backoff: 'PT0.5S', maxBackoff: 'PT2S' } };
  const approval = { contacts: [{ channel: 'WEBHOOK', address: noticeUrl, name: 'On call' }], expiresAfter: 'PT24H' };
  const { id: plainPlaybook } = await admin.createPlaybook(['clear-user-sessions', 'suspend-user', 'force-password-reset'].map((name) => ({ action: `entra-id:${name}`, ...step })), { name: 'Contain' });
  const { id: approvedPlaybook } = await admin.createPlaybook([{ action: 'entra-id:suspend-user', approval, ...step }, { action: 'entra-id:clear-user-sessions', ...step }], { name: 'Contain after a word' });
  const { createTrigger } = await admin.ask<{ createTrigger: { trigger: { id: string } } }>(CREATE_TRIGGER, { input: { name: 'Alerts', eventType: 'identity:alert', playbookIds: [plainPlaybook] } });
  await until(() => admin.ask<{ node: { readiness: { problems: readonly object[] } } }>(HEALTH, { id: approvedPlaybook }), ({ node }) => node.readiness.problems.length === 0);
  return {
    responder: await keyOf('responder', 'RESPONDER'),
    approvers: [await keyOf('approver one', 'APPROVER'), await keyOf('approver two', 'APPROVER')],
    admin: new Client(fleet.urls, fleet.adminKey, random),
    plainPlaybook,
    approvedPlaybook,
    triggerId: createTrigger.trigger.id,
    users,
  };
}
