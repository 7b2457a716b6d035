import { UPDATE_GUARDRAILS } from '../support/guardrails.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';
import { comesAbout, until } from '../support/until.js';

const GRACE = { channel: 'EMAIL', address: 'grace@contoso.example', name: 'Grace' };
const decide = 'mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { status } } }';

interface Waiting {
  readonly id: string;
  readonly reason: string | null;
  readonly expiresAt: string;
  readonly requestedAt: string;
  readonly plan: string[];
  readonly run: { readonly id: string };
  readonly policy: { readonly quorum: number; readonly allowSelfApproval: boolean; readonly contacts: object[] };
}

let app: TestApp;
let approver: TestClient;
let connectionId: string;

beforeEach(async () => {
  app = await startTestApp();
  approver = await app.clientWith('APPROVER');
  connectionId = await app.admin.connect();
});

afterEach(() => app[Symbol.asyncDispose]());

const limit = (maxTargetsPerHour: number | null, more: object = {}) => app.admin.ask(UPDATE_GUARDRAILS, { input: { maxTargetsPerHour, ...more } });
const playbookOf = async (...names: string[]) => (await app.admin.createPlaybook(names.map((name) => ({ action: `lab:${name}`, connectionId })))).id;
const runAgainst = (playbookId: string, id: string, more: object = {}) => app.admin.run(playbookId, { target: { kind: 'USER', id }, ...more });
const isOver = ({ type }: { type: string }) => type === 'APPROVAL_REQUESTED';
const lastOf = async (runId: string) => (await app.admin.follow(runId, 0, isOver)).at(-1)?.type;

async function waiting(count: number): Promise<Waiting[]> {
  const read = () => approver.ask<{ approvals: { nodes: Waiting[] } }>('{ approvals(status: PENDING, mine: true) { nodes { id reason expiresAt requestedAt plan run { id } policy { quorum allowSelfApproval contacts { address } } } } }');
  return (await until(read, ({ approvals }) => approvals.nodes.length === count)).approvals.nodes;
}

test('of many targets that two workers reach at once exactly as many as allowed are changed, all their steps; the others wait for people', async () => {
  await using other = await startTestApp({ database: app.database });
  await limit(5);
  const playbookId = await playbookOf('alpha', 'beta');
  const runIds = await Promise.all(Array.from({ length: 25 }, (_run, index) => runAgainst(playbookId, `user-${index}`)));
  const lasts = await Promise.all(runIds.map(lastOf));
  expect(lasts.filter((type) => type === 'RUN_SUCCEEDED')).toHaveLength(5);
  expect(lasts.filter((type) => type === 'APPROVAL_REQUESTED')).toHaveLength(20);
  const calls = [...app.lab.calls, ...other.lab.calls].map(({ action, target }) => `${action} ${target}`);
  expect(calls).toHaveLength(10);
  expect(new Set(calls.map((call) => call.split(' ')[1])).size).toBe(5);

  const approvals = await waiting(20);
  expect(new Set(approvals.map(({ reason }) => reason))).toEqual(new Set(['This would be more than 5 targets changed within an hour, and past that the guardrails have people asked.']));
  const [first] = approvals;
  await approver.ask(decide, { input: { approvalId: first?.id, decision: 'APPROVE' } });
  expect((await app.admin.follow(first?.run.id ?? '')).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.calls.length + other.lab.calls.length).toBe(12);
  expect((await app.admin.read(first?.run.id ?? '')).steps.map(({ status, verification }) => [status, verification])).toEqual([['SUCCEEDED', 'VERIFIED'], ['SUCCEEDED', 'VERIFIED']]);
});

test('the approval is one of the guardrails: its contacts are told why, it lasts a day, and whoever started the run cannot give it', async () => {
  await limit(0, { blastRadiusContacts: [GRACE] });
  const starter = await app.clientOf('grace@contoso.example', 'RESPONDER', 'APPROVER');
  const runId = await starter.run(await playbookOf('alpha'), { target: { kind: 'USER', id: 'ada@contoso.example' } });
  const [approval] = await waiting(1);
  expect(approval).toMatchObject({ reason: expect.stringContaining('more than 0 targets'), plan: ['Would do alpha to Display of ada@contoso.example.'], policy: { quorum: 1, allowSelfApproval: false, contacts: [{ address: GRACE.address }] } });
  expect(Date.parse(approval?.expiresAt ?? '') - Date.parse(approval?.requestedAt ?? '')).toBe(24 * 60 * 60_000);
  expect((await starter.refusal(decide, { input: { approvalId: approval?.id, decision: 'APPROVE' } })).message).toContain('Whoever started the run cannot decide');
  const notice = await until(() => app.lab.notices.find(({ address }) => address === GRACE.address)?.notice, (sent) => sent !== undefined);
  expect(notice?.text).toContain('more than 0 targets changed within an hour');
  await approver.ask(decide, { input: { approvalId: approval?.id, decision: 'DENY' } });
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_DENIED');
  expect(app.lab.calls).toEqual([]);
});

test('nobody who is to be told is no hindrance, and an approval that nobody gives expires', async () => {
  await limit(0, { blastRadiusExpiresAfter: 'PT1S' });
  const runId = await runAgainst(await playbookOf('alpha'), 'ada@contoso.example');
  const events = await app.admin.follow(runId);
  expect(events.slice(-2).map(({ type }) => type)).toEqual(['APPROVAL_EXPIRED', 'RUN_FAILED']);
  expect([app.lab.calls, app.lab.notices]).toEqual([[], []]);
});

test('a target that is counted already is changed freely, by another run, too, however its name is written; dry runs are not counted', async () => {
  await limit(1);
  const playbookId = await playbookOf('alpha');
  expect(await lastOf(await runAgainst(playbookId, 'bob@contoso.example', { dryRun: true }))).toBe('RUN_SUCCEEDED');
  expect(await lastOf(await runAgainst(playbookId, 'ada@contoso.example'))).toBe('RUN_SUCCEEDED');
  expect(await lastOf(await runAgainst(playbookId, 'ADA@contoso.example'))).toBe('RUN_SUCCEEDED');
  expect(await lastOf(await runAgainst(playbookId, 'bob@contoso.example'))).toBe('APPROVAL_REQUESTED');
  expect(await lastOf(await runAgainst(playbookId, 'bob@contoso.example', { dryRun: true }))).toBe('RUN_SUCCEEDED');
});

test('the hour rolls: what was changed before it is not counted, and what was changed again within it is', async () => {
  await limit(1);
  const playbookId = await playbookOf('alpha');
  expect(await lastOf(await runAgainst(playbookId, 'ada@contoso.example'))).toBe('RUN_SUCCEEDED');
  await app.database.query(`update changed_target set changed_at = changed_at - interval '59 minutes'`);
  expect(await lastOf(await runAgainst(playbookId, 'bob@contoso.example'))).toBe('APPROVAL_REQUESTED');
  await app.database.query(`update changed_target set changed_at = changed_at - interval '2 minutes'`);
  expect(await lastOf(await runAgainst(playbookId, 'eve@contoso.example'))).toBe('RUN_SUCCEEDED');
  expect(await lastOf(await runAgainst(playbookId, 'ada@contoso.example'))).toBe('APPROVAL_REQUESTED');
});

test('a limit that is set counts what was changed within the hour before it', async () => {
  const playbookId = await playbookOf('alpha');
  for (const id of ['ada@contoso.example', 'bob@contoso.example']) expect(await lastOf(await runAgainst(playbookId, id))).toBe('RUN_SUCCEEDED');
  expect(await lastOf(await runAgainst(playbookId, 'dry@contoso.example', { dryRun: true }))).toBe('RUN_SUCCEEDED');
  await limit(3);
  expect(await lastOf(await runAgainst(playbookId, 'eve@contoso.example'))).toBe('RUN_SUCCEEDED');
  expect(await lastOf(await runAgainst(playbookId, 'mallory@contoso.example'))).toBe('APPROVAL_REQUESTED');
  expect(await lastOf(await runAgainst(playbookId, 'ada@contoso.example'))).toBe('RUN_SUCCEEDED');
  await limit(null);
  expect(await lastOf(await runAgainst(playbookId, 'mallory@contoso.example'))).toBe('RUN_SUCCEEDED');
});

test('a step that people have approved by its own policy acts past the limit without a second approval, and is counted', async () => {
  await limit(1);
  const asking = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval: { contacts: [GRACE] } }]);
  expect(await lastOf(await runAgainst(await playbookOf('beta'), 'ada@contoso.example'))).toBe('RUN_SUCCEEDED');
  const runId = await runAgainst(asking.id, 'bob@contoso.example');
  const [approval] = await waiting(1);
  expect(approval?.reason).toBeNull();
  await approver.ask(decide, { input: { approvalId: approval?.id, decision: 'APPROVE' } });
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(await lastOf(await runAgainst(await playbookOf('gamma'), 'bob@contoso.example'))).toBe('RUN_SUCCEEDED');
});

test('who was approved is not changed when they are protected by then', async () => {
  await limit(0);
  const runId = await runAgainst(await playbookOf('alpha'), 'Ada@contoso.example');
  const [approval] = await waiting(1);
  await app.admin.ask(UPDATE_GUARDRAILS, { input: { protectedTargets: [{ kind: 'USER', id: 'ada@CONTOSO.example', reason: 'For emergencies.' }] } });
  await approver.ask(decide, { input: { approvalId: approval?.id, decision: 'APPROVE' } });
  await app.admin.follow(runId);
  expect((await app.admin.read(runId)).steps[0]?.error?.code).toBe('TARGET_PROTECTED');
  expect(app.lab.calls).toEqual([]);
});

test('a step that waits for the guardrails is canceled with its run, and the tries of a step are none the fewer for the wait', async () => {
  await limit(0);
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, retry: { maxAttempts: 1 } }]);
  const [canceled = '', approved = ''] = [await runAgainst(playbook.id, 'ada@contoso.example'), await runAgainst(playbook.id, 'bob@contoso.example')];
  const approvals = await waiting(2);
  await app.admin.ask('mutation ($input: CancelRunInput!) { cancelRun(input: $input) { run { id } } }', { input: { runId: canceled } });
  await approver.ask(decide, { input: { approvalId: approvals.find(({ run }) => run.id === approved)?.id, decision: 'APPROVE' } });
  expect((await app.admin.follow(approved)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect((await app.admin.follow(canceled)).at(-1)?.type).toBe('RUN_CANCELED');
  await comesAbout(async () => (await waiting(0)).length === 0, 'no approval waits any more');
  expect(app.lab.calls.map(({ target }) => target)).toEqual(['bob@contoso.example']);
});

test('limits and contacts that make no sense are refused with their places', async () => {
  const problemsOf = async (input: object) => (await app.admin.refusal(UPDATE_GUARDRAILS, { input })).extensions.problems?.map(({ path }) => path.join('.'));
  expect(await problemsOf({ maxTargetsPerHour: -1, blastRadiusExpiresAfter: 'PT0S', blastRadiusContacts: [GRACE, GRACE, { channel: 'EMAIL', address: 'nowhere' }] })).toEqual([
    'input.blastRadiusContacts.1.address', 'input.blastRadiusContacts.2.address', 'input.maxTargetsPerHour', 'input.blastRadiusExpiresAfter',
  ]);
  expect(await problemsOf({ blastRadiusContacts: Array.from({ length: 21 }, (_contact, index) => ({ channel: 'EMAIL', address: `c${index}@contoso.example` })) })).toEqual(['input.blastRadiusContacts']);
  await limit(7, { blastRadiusContacts: [GRACE], blastRadiusExpiresAfter: 'P2D' });
  await limit(8);
  expect(await app.admin.ask('{ guardrails { maxTargetsPerHour blastRadiusContacts { address name } blastRadiusExpiresAfter } }')).toEqual({
    guardrails: { maxTargetsPerHour: 8, blastRadiusContacts: [{ address: GRACE.address, name: 'Grace' }], blastRadiusExpiresAfter: 'P2D' },
  });
});
