import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';

const GRACE = { channel: 'EMAIL', address: 'grace@contoso.example', name: 'Grace' };
const ALAN = { channel: 'EMAIL', address: 'alan@contoso.example' };
const decide = 'mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id status decidedAt } } }';
const APPROVAL = 'id status requestedAt expiresAt decidedAt policy { quorum expiresAfter allowSelfApproval contacts { channel address name } } decisions { decision comment by { ... on ApiKey { name } ... on ContactActor { channel address } } } notifications { contact { address } status error } run { id status } step { key status plan }';

interface ApprovalState {
  readonly id: string;
  readonly status: string;
  readonly decisions: { decision: string; comment: string | null; by: { name?: string; address?: string } }[];
  readonly notifications: { contact: { address: string }; status: string; error: string | null }[];
  readonly run: { id: string; status: string };
  readonly step: { key: string; status: string; plan: string[] };
}

async function approvals(client: TestClient, args = ''): Promise<ApprovalState[]> {
  return (await client.ask<{ approvals: { nodes: ApprovalState[] } }>(`{ approvals${args} { nodes { ${APPROVAL} } } }`)).approvals.nodes;
}

/** Started, and waiting for a decision. */
async function start(app: TestApp, approval: object, more: { key: string; action: string; after?: string[] }[] = [], dryRun = false) {
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ key: 'danger', action: 'lab:alpha', connectionId, approval }, ...more.map((step) => ({ connectionId, ...step }))]);
  const runId = await app.admin.run(playbook.id, { dryRun, reason: 'Impossible travel' });
  if (!dryRun) await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_WAITING' || type === 'APPROVAL_REQUESTED');
  return runId;
}

test('nothing is done before the approval; then the step is carried out once, and everything stays with the run', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE] });
  const [approval] = await approvals(app.admin);
  expect(app.lab.calls).toEqual([]);
  expect(approval).toMatchObject({ status: 'PENDING', run: { status: 'WAITING_FOR_APPROVAL' }, step: { key: 'danger', status: 'WAITING_FOR_APPROVAL', plan: ['Would do alpha to Display of ada@contoso.example.'] } });

  const approver = await app.clientWith('APPROVER');
  await approver.ask(decide, { input: { approvalId: approval?.id, decision: 'APPROVE', comment: 'Go ahead.' } });
  const events = await app.admin.follow(runId);

  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
  expect(events.map(({ type }) => type).filter((type) => type.startsWith('APPROVAL_') && type !== 'APPROVAL_NOTIFIED')).toEqual(['APPROVAL_REQUESTED', 'APPROVAL_DECIDED']);
  expect(app.lab.callsOf('alpha')).toBe(1);
  expect((await app.admin.read(runId)).steps[0]?.attempts).toHaveLength(1);
  const [decided] = await approvals(app.admin);
  expect(decided).toMatchObject({ status: 'APPROVED', decisions: [{ decision: 'APPROVE', comment: 'Go ahead.', by: { name: 'APPROVER' } }] });
});

test('a denial ends it: the step is not carried out, nor what comes behind it', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE, ALAN], quorum: 2 }, [{ key: 'next', action: 'lab:beta' }]);
  const [approval] = await approvals(app.admin);
  await (await app.clientWith('APPROVER')).ask(decide, { input: { approvalId: approval?.id, decision: 'DENY', comment: 'It is a drill.' } });
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_DENIED');
  const { status, steps } = await app.admin.read(runId);
  expect([status, ...steps.map((step) => step.status)]).toEqual(['DENIED', 'DENIED', 'SKIPPED']);
  expect(app.lab.calls).toEqual([]);
});

test('steps that run beside it go on while it waits', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE] }, [{ key: 'beside', action: 'lab:beta', after: [] }]);
  await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_WAITING');
  expect((await app.admin.read(runId)).steps.map(({ status }) => status)).toEqual(['WAITING_FOR_APPROVAL', 'SUCCEEDED']);
});

test('a quorum counts distinct people', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE, ALAN], quorum: 2 });
  const [approval] = await approvals(app.admin);
  const input = { input: { approvalId: approval?.id, decision: 'APPROVE' } };
  const [first, second] = [await app.clientWith('APPROVER'), await app.clientWith('APPROVER')];
  await first.ask(decide, input);
  const again = await first.refusal(decide, input);
  expect([again.extensions.code, again.message]).toEqual(['PRECONDITION_FAILED', 'You have decided already; nobody counts twice.']);
  expect(await approvals(first, '(mine: true)')).toEqual([]);
  expect((await approvals(second, '(mine: true)')).map(({ id }) => id)).toEqual([approval?.id]);
  await second.ask(decide, input);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('whoever started the run cannot approve it, unless its policy allows that', async () => {
  await using app = await startTestApp();
  await start(app, { contacts: [GRACE] });
  const [approval] = await approvals(app.admin);
  const refusal = await app.admin.refusal(decide, { input: { approvalId: approval?.id, decision: 'APPROVE' } });
  expect([refusal.extensions.code, refusal.message]).toEqual(['PRECONDITION_FAILED', expect.stringContaining('started the run')]);

  const runId = await start(app, { contacts: [GRACE], allowSelfApproval: true });
  const own = (await approvals(app.admin)).find(({ run }) => run.id === runId);
  await app.admin.ask(decide, { input: { approvalId: own?.id, decision: 'APPROVE' } });
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('of many decisions at the same instant, one counts', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE] });
  const [approval] = await approvals(app.admin);
  const clients = await Promise.all(Array.from({ length: 6 }, () => app.clientWith('APPROVER')));
  const answers = await Promise.all(clients.map((client, index) => client.send<object>(decide, { input: { approvalId: approval?.id, decision: index % 2 === 0 ? 'APPROVE' : 'DENY' } })));
  expect(answers.filter(({ data }) => data)).toHaveLength(1);
  expect(answers.flatMap(({ errors }) => errors ?? []).every(({ extensions }) => extensions.code === 'PRECONDITION_FAILED')).toBe(true);
  const final = (await app.admin.follow(runId)).at(-1)?.type;
  expect(app.lab.callsOf('alpha')).toBe(final === 'RUN_SUCCEEDED' ? 1 : 0);
});

test('an approval expires, and the step\'s onFailure decides what follows', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE], expiresAfter: 'PT1S' }, [{ key: 'next', action: 'lab:beta' }]);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_FAILED');
  expect((await app.admin.read(runId)).steps.map(({ status }) => status)).toEqual(['EXPIRED', 'SKIPPED']);
  const [approval] = await approvals(app.admin);
  expect(approval?.status).toBe('EXPIRED');
  const late = await (await app.clientWith('APPROVER')).refusal(decide, { input: { approvalId: approval?.id, decision: 'APPROVE' } });
  expect(late.message).toBe('The approval has expired.');
  expect(app.lab.calls).toEqual([]);
});

test('a decision after the time is over is refused, also when nothing has closed the approval yet', async () => {
  await using app = await startTestApp();
  await start(app, { contacts: [GRACE] });
  await app.database.query(`update approval set expires_at = now() - interval '1 second'`);
  const [approval] = await approvals(app.admin);
  const late = await (await app.clientWith('APPROVER')).refusal(decide, { input: { approvalId: approval?.id, decision: 'APPROVE' } });
  expect(late.message).toBe('The approval has expired.');
});

test('a canceled run cancels its approval and tells the contacts; what was decided then counts for nothing', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE] }, [{ key: 'next', action: 'lab:beta' }]);
  const [approval] = await approvals(app.admin);
  await app.admin.ask('mutation ($input: CancelRunInput!) { cancelRun(input: $input) { run { status } } }', { input: { runId, reason: 'A drill.' } });
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_CANCELED');
  expect((await approvals(app.admin))[0]?.status).toBe('CANCELED');
  const late = await (await app.clientWith('APPROVER')).refusal(decide, { input: { approvalId: approval?.id, decision: 'APPROVE' } });
  expect(late.message).toContain('was canceled: its run was canceled');
  while (app.lab.notices.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(app.lab.notices.at(-1)?.notice).toMatchObject({ kind: 'OUTCOME', text: expect.stringContaining('canceled') });
  const again = await app.admin.refusal('mutation ($input: CancelRunInput!) { cancelRun(input: $input) { run { status } } }', { input: { runId } });
  expect(again.extensions.code).toBe('PRECONDITION_FAILED');
});

test('a dry run asks nobody', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE] }, [], true);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(await approvals(app.admin)).toEqual([]);
  expect(app.lab.notices).toEqual([]);
});

test('every contact is told what would be done, on whom, why, and until when it can be decided; and reached again after trouble', async () => {
  await using app = await startTestApp();
  let failures = 1;
  app.lab.send = (address) => {
    if (address === ALAN.address) throw new ActionError('MAIL_REFUSED', 'There is no such mailbox.', { remedy: 'Correct the address.' });
    if (failures-- > 0) throw new ActionError('MAIL_UNREACHABLE', 'The mail server does not answer.', { retryable: true });
  };
  const runId = await start(app, { contacts: [GRACE, ALAN] });
  while (app.lab.notices.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const told = await app.admin.follow(runId, 0, ({ message }) => message === 'Grace was asked to decide.');

  const [{ notice } = { notice: undefined }] = app.lab.notices;
  expect(notice).toMatchObject({ kind: 'REQUEST', subject: 'Approval needed: Do alpha for Display of ada@contoso.example', plan: ['Would do alpha to Display of ada@contoso.example.'] });
  expect(Object.fromEntries(notice?.facts.map(({ name, value }) => [name, value]) ?? [])).toMatchObject({ Playbook: 'A playbook', 'Started by': 'ADMIN', Why: 'Impossible travel' });
  expect(notice?.decideUrl).toMatch(/\/approvals\/[A-Za-z0-9_-]{43}$/);
  const messages = told.map(({ message }) => message).join('\n');
  expect(messages).toContain('Grace could not be reached yet: The mail server does not answer.');
  expect(messages).toContain('alan@contoso.example could not be reached: There is no such mailbox. Correct the address.');
  const [approval] = await approvals(app.admin);
  expect(approval?.notifications).toEqual([
    { contact: { address: GRACE.address }, status: 'SENT', error: null },
    { contact: { address: ALAN.address }, status: 'FAILED', error: expect.stringContaining('no such mailbox') },
  ]);
});

test.each<[object, string]>([
  [{ contacts: [] }, 'approval.contacts'],
  [{ contacts: [GRACE], quorum: 2 }, 'approval.quorum'],
  [{ contacts: [GRACE], quorum: 0 }, 'approval.quorum'],
  [{ contacts: [GRACE, { ...GRACE, address: 'GRACE@contoso.example' }] }, 'approval.contacts.1.address'],
  [{ contacts: [{ channel: 'EMAIL', address: 'nobody' }] }, 'approval.contacts.0.address'],
  [{ contacts: [GRACE], expiresAfter: 'PT0.5S' }, 'approval.expiresAfter'],
  [{ contacts: [GRACE], expiresAfter: 'P31D' }, 'approval.expiresAfter'],
])('the policy %j is refused at %s', async (approval, place) => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  const { extensions } = await app.admin.refusal('mutation ($input: CreatePlaybookInput!) { createPlaybook(input: $input) { playbook { id } } }', { input: { name: 'P', steps: [{ action: 'lab:alpha', connectionId, approval }] } });
  expect(extensions.code).toBe('BAD_USER_INPUT');
  expect(extensions.problems?.map(({ path }) => path.slice(3).join('.'))).toEqual([place]);
});

test('approvals are followed live: those that wait, then what becomes of each; a viewer\'s own leave out what they may not decide', async () => {
  await using app = await startTestApp();
  const approver = await app.clientWith('APPROVER');
  await start(app, { contacts: [GRACE] });
  const follow = (client: TestClient, mine: boolean) => {
    const socket = app.socket({ authorization: `Bearer ${client.key}` });
    const seen: string[] = [];
    const results = socket.iterate<{ approvalActivity: { status: string; run: { id: string } } }>({ query: 'subscription ($mine: Boolean) { approvalActivity(mine: $mine) { status run { id } } }', variables: { mine } });
    return { socket, seen, results };
  };
  const all = follow(approver, false);
  const own = follow(app.admin, true);
  const first = await all.results.next();
  expect(first.value).toMatchObject({ data: { approvalActivity: { status: 'PENDING' } } });
  const runId = await start(app, { contacts: [GRACE], allowSelfApproval: true });
  expect((await all.results.next()).value).toMatchObject({ data: { approvalActivity: { status: 'PENDING', run: { id: runId } } } });
  expect((await own.results.next()).value).toMatchObject({ data: { approvalActivity: { status: 'PENDING', run: { id: runId } } } });
  const approval = (await approvals(app.admin)).find(({ run }) => run.id === runId);
  await approver.ask(decide, { input: { approvalId: approval?.id, decision: 'DENY' } });
  for (const { results } of [all, own]) expect((await results.next()).value).toMatchObject({ data: { approvalActivity: { status: 'DENIED', run: { id: runId } } } });
  for (const { socket } of [all, own]) await socket.dispose();
});

test('who has not decided when most of the time is over is reminded, by a link that works; who has decided is not', async () => {
  await using app = await startTestApp();
  const runId = await start(app, { contacts: [GRACE, ALAN], quorum: 2 });
  while (app.lab.notices.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await app.database.query(`insert into approval_decision select id, 'mail:grace@contoso.example', 'APPROVE', '{"kind": "CONTACT", "channel": "EMAIL", "address": "grace@contoso.example", "name": "Grace"}', null, now() from approval`);
  await app.database.query(`update graphile_worker._private_jobs set run_at = now() where key like 'remind:%'`);
  await app.database.query(`notify "jobs:insert", '{}'`);
  while (app.lab.notices.length < 3) await new Promise((resolve) => setImmediate(resolve));
  const { address, notice } = app.lab.notices[2] ?? {};
  expect([address, notice?.kind, notice?.subject]).toEqual([ALAN.address, 'REMINDER', expect.stringContaining('Still waiting')]);
  expect((await fetch(notice?.decideUrl ?? '')).status).toBe(200);
  expect((await app.admin.read(runId)).status).toBe('WAITING_FOR_APPROVAL');
});

test('who may decide is told by roles', async () => {
  await using app = await startTestApp();
  await start(app, { contacts: [GRACE] });
  const [approval] = await approvals(app.admin);
  for (const role of ['VIEWER', 'RESPONDER', 'AUTHOR'] as const) {
    expect((await (await app.clientWith(role)).refusal(decide, { input: { approvalId: approval?.id, decision: 'APPROVE' } })).extensions.code).toBe('FORBIDDEN');
  }
  const approver = await app.clientWith('APPROVER');
  expect((await approver.refusal(decide, { input: { approvalId: 'apr_01h455vb4pex5vsknk084sn02q', decision: 'APPROVE' } })).extensions.code).toBe('NOT_FOUND');
  expect((await approver.refusal(decide, { input: { approvalId: 'nonsense', decision: 'APPROVE' } })).extensions.code).toBe('BAD_USER_INPUT');
});
