import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema } from 'graphql';
import { AUDIT_ACTIONS } from '../../src/auth/audit-trail.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout } from '../support/until.js';
import { entriesOf, verify, type Entry } from './support.js';

const schema = buildSchema(readFileSync(path.join(import.meta.dirname, '../../schema/schema.graphql'), 'utf8'));
const MUTATIONS = Object.keys(schema.getMutationType()?.getFields() ?? {});

let app: TestApp;
let entries: readonly Entry[];

/** One mutation by its name: its payload's type tells the input's. */
async function mutate<Payload>(name: string, input: object, selection: string): Promise<Payload> {
  const type = schema.getMutationType()?.getFields()[name]?.args[0]?.type.toString() ?? '';
  return (await app.admin.ask<Record<string, Payload>>(`mutation ($input: ${type}) { ${name}(input: $input) { ${selection} } }`, { input }))[name] as Payload;
}

/** Does everything once that the API can do. */
beforeAll(async () => {
  app = await startTestApp();
  const { connection } = await mutate<{ connection: { id: string; revision: number } }>('createConnection', { provider: 'lab', name: 'A tenant', settings: { tenantId: 'tenant-1' }, credential: { key: 'a-credential' } }, 'connection { id revision }');
  await mutate('updateConnection', { id: connection.id, revision: connection.revision, name: 'Another name' }, 'connection { id }');
  await mutate('checkConnection', { connectionId: connection.id }, 'connection { id }');
  await mutate('confirmConsent', { connectionId: connection.id }, 'connection { id }');
  const { feed } = await mutate<{ feed: { id: string } }>('switchEventFeed', { connectionId: connection.id, eventType: 'lab:signal', active: false }, 'feed { id }');
  expect(feed.id).toMatch(/^fed_/);
  const spare = await app.admin.connect();
  await mutate('deleteConnection', { id: spare }, 'connection { id }');

  const { playbook } = await mutate<{ playbook: { id: string; revision: number } }>('createPlaybook', { name: 'Contain', steps: [] }, 'playbook { id revision }');
  await mutate('updatePlaybook', { id: playbook.id, revision: 1, description: 'At night.' }, 'playbook { id }');
  const { step } = await mutate<{ step: { id: string } }>('addPlaybookStep', { playbookId: playbook.id, action: 'lab:delicate', connectionId: connection.id }, 'step { id }');
  await mutate('updatePlaybookStep', { id: step.id, retry: { maxAttempts: 1 } }, 'step { id }');
  const extra = await mutate<{ step: { id: string } }>('addPlaybookStep', { playbookId: playbook.id, action: 'lab:alpha', connectionId: connection.id }, 'step { id }');
  await mutate('removePlaybookStep', { id: extra.step.id }, 'playbook { id }');
  const guarded = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: connection.id, approval: { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }], allowSelfApproval: true } }]);
  await mutate('deletePlaybook', { id: (await app.admin.createPlaybook([])).id }, 'playbook { id }');

  const { trigger } = await mutate<{ trigger: { id: string; revision: number } }>('createTrigger', { name: 'Signals', eventType: 'lab:signal' }, 'trigger { id revision }');
  await mutate('updateTrigger', { id: trigger.id, revision: trigger.revision, cooldown: 'PT1H' }, 'trigger { id }');
  await mutate('linkTrigger', { triggerId: trigger.id, playbookId: guarded.id }, 'trigger { id }');
  await mutate('unlinkTrigger', { triggerId: trigger.id, playbookId: guarded.id }, 'trigger { id }');
  await mutate('ingestEvents', { events: [{ type: 'lab:signal', payload: { id: 's-1' } }] }, 'accepted');
  await mutate('deleteTrigger', { id: trigger.id }, 'trigger { id }');

  const { source } = await mutate<{ source: { id: string } }>('createEventSource', { name: 'siem', eventType: 'lab:signal' }, 'source { id }');
  await mutate('updateEventSource', { id: source.id, active: false }, 'source { id }');
  await mutate('rotateEventSourceSecret', { id: source.id }, 'source { id }');
  await mutate('deleteEventSource', { id: source.id }, 'source { id }');

  const { apiKey } = await mutate<{ apiKey: { id: string } }>('createApiKey', { name: 'A robot', roles: ['VIEWER'] }, 'apiKey { id }');
  await mutate('revokeApiKey', { id: apiKey.id }, 'apiKey { id }');
  await mutate('updateGuardrails', { protectedTargets: [{ kind: 'USER', id: 'emergency@contoso.example', reason: 'For emergencies.' }] }, 'guardrails { protectedTargets { id } }');

  app.lab.behaviours.set('delicate', () => {
    throw new Error('The connection broke.');
  });
  const { run } = await mutate<{ run: { id: string } }>('runPlaybook', { playbookId: playbook.id, target: { kind: 'USER', id: 'ada@contoso.example' }, reason: 'Impossible travel' }, 'run { id }');
  await app.admin.follow(run.id, 0, ({ type }) => type === 'STEP_NEEDS_REVIEW');
  const [stuck] = (await app.admin.read(run.id)).steps;
  await mutate('resolveReview', { runStepId: stuck?.id, resolution: 'SUCCEEDED', comment: 'It is done.' }, 'step { id }');

  const waiting = [await app.admin.run(guarded.id), await app.admin.run(guarded.id)];
  for (const runId of waiting) await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_WAITING');
  const { approvals } = await app.admin.ask<{ approvals: { nodes: { id: string; run: { id: string } }[] } }>('{ approvals { nodes { id run { id } } } }');
  await mutate('decideApproval', { approvalId: approvals.nodes.find((approval) => approval.run.id === waiting[0])?.id, decision: 'APPROVE', comment: 'Go ahead.' }, 'approval { id }');
  await app.admin.follow(waiting[0] ?? '');
  await mutate('cancelRun', { runId: waiting[1], reason: 'A drill.' }, 'run { id }');
  await mutate('runPlaybookBatch', { playbookId: guarded.id, targets: [{ id: 'ada@contoso.example' }], dryRun: true }, 'batch { id }');
  const { run: retried } = await mutate<{ run: { id: string } }>('retryRun', { runId: waiting[1] }, 'run { id }');
  await mutate('cancelRun', { runId: retried.id }, 'run { id }');
  await mutate('undoRun', { runId: waiting[0], reason: 'A drill.' }, 'run { id }');
  entries = await entriesOf(app);
}, 60_000);

afterAll(() => app[Symbol.asyncDispose]());

test.each(MUTATIONS)('%s leaves an entry under its own name, with who did it', async (mutation) => {
  expect(Object.keys(AUDIT_ACTIONS)).toContain(mutation);
  const found = entries.filter(({ action }) => action === mutation);
  const { viewer } = await app.admin.ask<{ viewer: { actor: { id: string } } }>('{ viewer { actor { ... on ApiKey { id } } } }');
  expect(found.map(({ actor }) => actor)).toContainEqual({ __typename: 'ApiKey', id: viewer.actor.id });
});

test('what a step did is told with the target, the outcome, and who approved it', () => {
  const carriedOut = entries.filter(({ action }) => action === 'stepCarriedOut');
  expect(carriedOut.map(({ details }) => [details['action'], details['outcome'], details['verification'], (details['approvedBy'] as object[]).length])).toEqual([
    ['lab:delicate', 'NEEDS_REVIEW', null, 0],
    ['lab:delicate', 'SUCCEEDED', 'NOT_VERIFIED', 0],
    ['lab:alpha', 'SUCCEEDED', 'VERIFIED', 1],
  ]);
  for (const { details } of carriedOut) expect(details['target']).toEqual({ kind: 'USER', id: 'ada@contoso.example', displayName: 'Display of ada@contoso.example', username: 'ada@contoso.example' });
});

test('the log of one thing is what was done to it', async () => {
  const [approval] = entries.filter(({ action }) => action === 'decideApproval');
  expect((await entriesOf(app, approval?.subject ?? '')).map(({ action, details }) => [action, details])).toEqual([['decideApproval', expect.objectContaining({ decision: 'APPROVE', comment: 'Go ahead.' })]]);
});

interface AuditPage {
  readonly auditLog: { readonly nodes: readonly Entry[]; readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean } };
}

test('pages lead through the whole log, the newest first, and an entry is found by its id', async () => {
  const seen: number[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { auditLog }: AuditPage = await app.admin.ask<AuditPage>('query ($after: String) { auditLog(first: 7, after: $after) { nodes { sequence } pageInfo { endCursor hasNextPage } } }', { after });
    seen.push(...auditLog.nodes.map(({ sequence }) => sequence));
    [after, more] = [auditLog.pageInfo.endCursor, auditLog.pageInfo.hasNextPage];
  }
  expect(seen).toEqual(seen.map((_sequence, index) => seen.length - index));
  expect(seen.length).toBeGreaterThan(35);
  const { node } = await app.admin.ask<{ node: Entry }>('query ($id: ID!) { node(id: $id) { __typename id ... on AuditEntry { sequence } } }', { id: entries[4]?.id });
  expect(node).toEqual({ __typename: 'AuditEntry', id: entries[4]?.id, sequence: entries[4]?.sequence });
});

test('only administrators read the log', async () => {
  for (const role of ['VIEWER', 'RESPONDER', 'APPROVER', 'AUTHOR'] as const) {
    const client = await app.clientWith(role);
    expect((await client.refusal('{ auditLog { totalCount } }')).extensions.code).toBe('FORBIDDEN');
    expect((await client.refusal('{ verifyAuditLog { ok } }')).extensions.code).toBe('FORBIDDEN');
  }
});

test('no secret stands in the log, and the chain holds', async () => {
  const { rows } = await app.database.query('select audit_entry::text as line from audit_entry');
  const text = rows.map(({ line }) => line).join('\n');
  expect(text).not.toContain('a-credential');
  expect(text).not.toMatch(/whsec_|cmk_[0-9a-f]{8}_/);
  expect((await verify(app)).ok).toBe(true);
});

test('a run that a trigger starts is told with the trigger as its actor, and so is what its steps do', async () => {
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  const { trigger } = await mutate<{ trigger: { id: string } }>('createTrigger', { name: 'Night signals', eventType: 'lab:signal', playbookIds: [playbook.id] }, 'trigger { id }');
  await mutate('ingestEvents', { events: [{ type: 'lab:signal', payload: { id: 's-2', user: 'grace@contoso.example' } }] }, 'accepted');
  await comesAbout(async () => (await entriesOf(app)).filter(({ actor }) => actor?.trigger?.id === trigger.id).length === 2, 'the run and its step are told');
  const told = (await entriesOf(app)).filter(({ actor }) => actor?.trigger?.id === trigger.id);
  expect(told.map(({ action }) => action)).toEqual(['runPlaybook', 'stepCarriedOut']);
});
