import { ActionError } from '@countermeasure/sdk';
import { newId } from '../../../src/kernel/ids.js';
import type { Lab } from '../../support/lab-plugin.js';
import type { TestApp } from '../../support/test-app.js';
import { createTrigger, ingest } from '../../support/triggers.js';
import { until } from '../../support/until.js';

/** One of everything, and nothing of it shared with other things: what belongs to one playbook and its tenants. */
export interface Things {
  readonly name: string;
  readonly connectionId: string;
  readonly connectionRevision: number;
  /** No step uses it. */
  readonly spareConnectionId: string;
  readonly playbookId: string;
  readonly playbookRevision: number;
  readonly playbookStepId: string;
  /** Waits for an approval with one step, and for a review with the other. */
  readonly runId: string;
  readonly askedStepId: string;
  readonly reviewedStepId: string;
  readonly approvalId: string;
  /** Has ended FAILED, with its first step done. */
  readonly failedRunId: string;
  readonly batchId: string;
  readonly triggerId: string;
  readonly triggerRevision: number;
  /** Is not linked to the playbook. */
  readonly spareTriggerId: string;
  readonly eventId: string;
  readonly firingId: string;
  readonly firedRunId: string;
  readonly sourceId: string;
  readonly feedId: string;
  readonly apiKeyId: string;
  readonly userId: string;
  /** Tells that the playbook was made. */
  readonly auditEntryId: string;
}

/** Has the laboratory lose the outcome of `delicate`, so that a person has to say what became of it. */
export function loseOutcomes(lab: Lab): void {
  lab.behaviours.set('delicate', () => {
    throw new ActionError('CUT', 'The connection was cut.', { outcomeUnknown: true });
  });
}

interface WaitingRun {
  readonly run: { steps: { id: string; key: string; status: string; approval: { id: string } | null }[] };
}

/** Makes one of everything; its name stands in every name that can be given. */
export async function createThings(app: TestApp, name: string): Promise<Things> {
  const { admin } = app;
  const connectionId = await connect(app, name);
  const spareConnectionId = await connect(app, name);
  const approval = { contacts: [{ channel: 'EMAIL', address: `${name}@contoso.example`, name }], allowSelfApproval: true };
  const playbook = await admin.createPlaybook(
    [
      { key: 'ask', action: 'lab:alpha', connectionId, approval },
      { key: 'review', action: 'lab:delicate', connectionId, after: [] },
    ],
    { name },
  );
  const runId = await admin.run(playbook.id, { target: { id: `${name}@contoso.example` } });
  const failedRunId = await admin.run(playbook.id, { target: { id: `${name}@contoso.example` } });
  const trigger = await createTrigger(app, { name, playbookIds: [playbook.id], conditions: [{ field: 'user', matcher: 'IS', values: [`${name}@contoso.example`] }] });
  const spareTrigger = await createTrigger(app, { name, active: false });
  const [eventId = ''] = await ingest(app, [{ user: `${name}@contoso.example` }]);
  const more = await admin.ask<{ runPlaybookBatch: { batch: { id: string } }; createEventSource: { source: { id: string } }; switchEventFeed: { feed: { id: string } }; createApiKey: { apiKey: { id: string } } }>(
    `mutation ($name: String!, $connectionId: ID!, $playbookId: ID!, $target: String!) {
      runPlaybookBatch(input: { playbookId: $playbookId, targets: [{ id: $target }], dryRun: true }) { batch { id } }
      createEventSource(input: { name: $name, eventType: "lab:signal" }) { source { id } }
      switchEventFeed(input: { connectionId: $connectionId, eventType: "lab:signal", active: false }) { feed { id } }
      createApiKey(input: { name: $name, roles: [VIEWER] }) { apiKey { id } }
    }`,
    { name, connectionId, playbookId: playbook.id, target: `${name}@contoso.example` },
  );
  const steps = await waitingSteps(app, runId);
  await endWithFailure(app, failedRunId);
  const firing = await firingOf(app, eventId);
  const find = (key: string) => {
    const step = steps.find((candidate) => candidate.key === key);
    if (!step) throw new Error(`The run has no step ${key}.`);
    return step;
  };
  return {
    name, connectionId, connectionRevision: 1, spareConnectionId,
    playbookId: playbook.id, playbookRevision: playbook.revision, playbookStepId: playbook.steps[0]?.id ?? '',
    runId, askedStepId: find('ask').id, reviewedStepId: find('review').id, approvalId: find('ask').approval?.id ?? '', failedRunId, batchId: more.runPlaybookBatch.batch.id,
    triggerId: trigger.id, triggerRevision: trigger.revision, spareTriggerId: spareTrigger.id, eventId, firingId: firing.id, firedRunId: firing.runs[0]?.id ?? '',
    sourceId: more.createEventSource.source.id, feedId: more.switchEventFeed.feed.id, apiKeyId: more.createApiKey.apiKey.id, auditEntryId: await auditEntryOf(app, playbook.id), userId: await signInOnce(app, name),
  };
}

/** As if somebody had signed in with a token of an identity provider. */
async function signInOnce({ database }: TestApp, name: string): Promise<string> {
  const id = newId('user');
  await database.query(`insert into app_user (id, issuer, subject, name, created_at, last_seen_at) values ($1, 'https://login.contoso.example', $1, $2, now(), now())`, [id, name]);
  return id;
}

async function connect({ admin }: TestApp, name: string): Promise<string> {
  const { createConnection } = await admin.ask<{ createConnection: { connection: { id: string } } }>(
    'mutation ($name: String!) { createConnection(input: { provider: "lab", name: $name, settings: { tenantId: "tenant-1" } }) { connection { id } } }',
    { name },
  );
  return createConnection.connection.id;
}

async function waitingSteps({ admin }: TestApp, runId: string): Promise<WaitingRun['run']['steps']> {
  const look = async () => (await admin.ask<WaitingRun>('query ($id: ID!) { run(id: $id) { steps { id key status approval { id } } } }', { id: runId })).run.steps;
  return until(look, (steps) => steps.map(({ status }) => status).join() === 'WAITING_FOR_APPROVAL,NEEDS_REVIEW');
}

async function endWithFailure(app: TestApp, runId: string): Promise<void> {
  const [asked, reviewed] = await waitingSteps(app, runId);
  await app.admin.ask('mutation ($id: ID!) { decideApproval(input: { approvalId: $id, decision: APPROVE }) { approval { id } } }', { id: asked?.approval?.id });
  const look = async () => (await app.admin.ask<WaitingRun>('query ($id: ID!) { run(id: $id) { steps { id key status } } }', { id: runId })).run.steps;
  await until(look, ([first]) => first?.status === 'SUCCEEDED');
  await app.admin.ask('mutation ($id: ID!) { resolveReview(input: { runStepId: $id, resolution: FAILED }) { step { id } } }', { id: reviewed?.id });
}

async function firingOf({ admin }: TestApp, eventId: string): Promise<{ id: string; runs: { id: string }[] }> {
  const look = async () => (await admin.ask<{ node: { firings: { id: string; runs: { id: string }[] }[] } }>('query ($id: ID!) { node(id: $id) { ... on Event { firings { id runs { id } } } } }', { id: eventId })).node.firings;
  const firings = await until(look, (found) => found.some(({ runs }) => runs.length > 0));
  const [firing] = firings;
  if (!firing) throw new Error(`The event ${eventId} fired nothing.`);
  return firing;
}

async function auditEntryOf({ admin }: TestApp, subject: string): Promise<string> {
  const { auditLog } = await admin.ask<{ auditLog: { nodes: { id: string; action: string }[] } }>('query ($subject: ID!) { auditLog(subject: $subject) { nodes { id action } } }', { subject });
  const entry = auditLog.nodes.find(({ action }) => action === 'createPlaybook');
  if (!entry) throw new Error(`The audit log does not tell of ${subject}.`);
  return entry.id;
}
