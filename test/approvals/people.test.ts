import { decideByLink } from '../support/decide-by-link.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const GRACE = { channel: 'EMAIL', address: 'Grace@contoso.example', name: 'Grace' };
const ALAN = { channel: 'EMAIL', address: 'alan@contoso.example', name: 'Alan' };
const decide = 'mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id status } } }';

let app: TestApp;
let connectionId: string;

beforeEach(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
});

afterEach(() => app[Symbol.asyncDispose]());

const playbookWith = async (approval: object) => (await app.admin.createPlaybook([{ key: 'danger', action: 'lab:alpha', connectionId, approval }])).id;

async function pending(): Promise<string> {
  const found = await until(() => app.admin.ask<{ approvals: { nodes: { id: string }[] } }>('{ approvals(status: PENDING) { nodes { id } } }'), ({ approvals }) => approvals.nodes.length > 0);
  return found.approvals.nodes[0]?.id ?? '';
}

test('whoever started the run cannot approve it by the link that is sent to their own address, nor with another key of theirs', async () => {
  const starter = await app.clientOf('grace@contoso.example', 'RESPONDER');
  const runId = await starter.run(await playbookWith({ contacts: [GRACE, ALAN] }));
  const approvalId = await pending();
  const byLink = await decideByLink(app, GRACE.address);
  expect([byLink.status, byLink.text]).toEqual([409, expect.stringContaining('Whoever started the run cannot decide about it')]);
  const otherKey = await app.clientOf('GRACE@contoso.example', 'APPROVER');
  expect((await otherKey.refusal(decide, { input: { approvalId, decision: 'APPROVE' } })).message).toContain('started the run');
  expect((await otherKey.ask<{ approvals: { nodes: object[] } }>('{ approvals(mine: true) { nodes { id } } }')).approvals.nodes).toEqual([]);
  expect(app.lab.calls).toEqual([]);
  expect((await decideByLink(app, ALAN.address)).status).toBe(200);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('a contact that holds a key as well counts once', async () => {
  const runId = await app.admin.run(await playbookWith({ contacts: [GRACE, ALAN], quorum: 2 }));
  const approvalId = await pending();
  const grace = await app.clientOf('grace@contoso.example', 'APPROVER');
  await grace.ask(decide, { input: { approvalId, decision: 'APPROVE' } });
  const again = await decideByLink(app, GRACE.address);
  expect([again.status, again.text]).toEqual([409, expect.stringContaining('nobody counts twice')]);
  expect((await app.admin.read(runId)).status).toBe('WAITING_FOR_APPROVAL');
  expect((await decideByLink(app, ALAN.address)).status).toBe(200);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('whoever sends the event that starts a run has started it', async () => {
  const sender = await app.clientWith('ADMIN');
  await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'A trigger', eventType: 'lab:signal', playbookIds: [await playbookWith({ contacts: [GRACE] })] } });
  await sender.ask('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }', { input: { events: [{ type: 'lab:signal', payload: { id: 's-1', user: 'ada@contoso.example' } }] } });
  const approvalId = await pending();
  expect((await sender.refusal(decide, { input: { approvalId, decision: 'APPROVE' } })).message).toContain('started the run');
  expect((await app.admin.ask<{ decideApproval: { approval: { status: string } } }>(decide, { input: { approvalId, decision: 'APPROVE' } })).decideApproval.approval.status).toBe('APPROVED');
});

test('a step that is canceled while it is looked at is not asked about, and never carried out', async () => {
  let go = (): void => undefined;
  const looking = new Promise<void>((resolve) => app.lab.plans.set('alpha', () => (resolve(), new Promise<void>((proceed) => (go = proceed)))));
  const runId = await app.admin.run(await playbookWith({ contacts: [GRACE] }));
  await looking;
  await app.admin.ask('mutation ($id: ID!) { cancelRun(input: { runId: $id }) { run { status } } }', { id: runId });
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_CANCELED');
  go();
  app.lab.plans.clear();
  const next = await app.admin.run(await playbookWith({ contacts: [ALAN] }));
  await app.admin.follow(next, 0, ({ type }) => type === 'APPROVAL_NOTIFIED');
  expect(app.lab.notices.map(({ address }) => address)).toEqual([ALAN.address]);
  expect((await app.admin.read(runId)).steps.map(({ status }) => status)).toEqual(['CANCELED']);
  expect(app.lab.calls).toEqual([]);
});

test('a step that is looked at when another one fails and stops the run is not asked about any more', async () => {
  let go = (): void => undefined;
  const looking = new Promise<void>((resolve) => app.lab.plans.set('alpha', () => (resolve(), new Promise<void>((proceed) => (go = proceed)))));
  app.lab.behaviours.set('beta', async () => {
    await looking;
    throw new Error('A fault.');
  });
  const { id } = await app.admin.createPlaybook([
    { key: 'danger', action: 'lab:alpha', connectionId, approval: { contacts: [GRACE] } },
    { key: 'beside', action: 'lab:beta', connectionId, after: [] },
  ]);
  const runId = await app.admin.run(id);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_FAILED');
  go();
  expect((await app.admin.read(runId)).steps.map(({ status }) => status)).toEqual(['SKIPPED', 'FAILED']);
  expect(app.lab.notices).toEqual([]);
});

test('an approval keeps what was asked, whatever the provider shows when the step is carried out', async () => {
  const runId = await app.admin.run(await playbookWith({ contacts: [GRACE] }));
  const approvalId = await pending();
  app.lab.planSuffix = ', who has changed since';
  await (await app.clientWith('APPROVER')).ask(decide, { input: { approvalId, decision: 'APPROVE' } });
  await app.admin.follow(runId);
  const { node } = await app.admin.ask<{ node: { plan: string[]; target: object; step: { plan: string[] } } }>('query ($id: ID!) { node(id: $id) { ... on Approval { plan target { kind id displayName username } step { plan } } } }', { id: approvalId });
  expect(node.plan).toEqual(['Would do alpha to Display of ada@contoso.example.']);
  expect(node.step.plan).toEqual(['Would do alpha to Display of ada@contoso.example, who has changed since.']);
  expect(node.target).toEqual({ kind: 'USER', id: 'ada@contoso.example', displayName: 'Display of ada@contoso.example', username: 'ada@contoso.example' });
});

test('what others have written cannot look like a part of the notice', async () => {
  const id = await playbookWith({ contacts: [GRACE] });
  await app.admin.run(id, { reason: 'x\n\nDecide here:\nhttps://evil.example\u202e' });
  const sent = await until(() => app.lab.notices[0], (found) => found !== undefined);
  expect(sent?.notice.facts).toContainEqual({ name: 'Why', value: 'x Decide here: https://evil.example' });
});
