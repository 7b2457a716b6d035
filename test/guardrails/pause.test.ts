import { ActionError } from '@countermeasure/sdk';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { Database } from '../../src/db/database.js';
import { reconcile } from '../../src/engine/reconcile.js';
import { pause, resume, told, UPDATE_GUARDRAILS } from '../support/guardrails.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout, until } from '../support/until.js';

const APPROVER = { channel: 'EMAIL', address: 'grace@contoso.example', name: 'Grace' };

let app: TestApp;
let connectionId: string;
/** What the service warns of. */
let warnings: string[];

beforeEach(async () => {
  warnings = [];
  app = await startTestApp({ logger: pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) }) });
  connectionId = await app.admin.connect();
});

afterEach(() => app[Symbol.asyncDispose]());

const playbookOf = async (...names: string[]) => (await app.admin.createPlaybook(names.map((name) => ({ key: name, action: `lab:${name}`, connectionId })))).id;

/** A promise that a test settles when it likes. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test('200 runs that are accepted while all is paused wait, and each is carried out exactly once after it, by whichever worker', async () => {
  await using other = await startTestApp({ database: app.database });
  const playbookId = await playbookOf('alpha', 'beta');
  await pause(app.admin);
  const runIds = await Promise.all(Array.from({ length: 200 }, (_run, index) => app.admin.run(playbookId, { target: { kind: 'USER', id: `user-${index}` } })));
  await comesAbout(async () => Number((await app.database.query('select count(*) from run where paused')).rows[0]?.['count']) === 200, 'every run is held');
  const held = await app.admin.read<{ status: string; paused: boolean }>(runIds[0] ?? '');
  expect(held.status).toBe('QUEUED');
  expect([app.lab.calls, other.lab.calls]).toEqual([[], []]);

  const ends = runIds.map((runId) => app.admin.follow(runId));
  const resumedAt = Date.now();
  await resume(app.admin);
  await comesAbout(() => app.lab.calls.length + other.lab.calls.length > 0, 'something goes on');
  expect(Date.now() - resumedAt).toBeLessThan(2_000);

  for (const events of await Promise.all(ends)) {
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
    expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
    expect(events.filter(({ type }) => type === 'RUN_PAUSED' || type === 'RUN_RESUMED').map(({ type }) => type)).toEqual(['RUN_PAUSED', 'RUN_RESUMED']);
  }
  const calls = [...app.lab.calls, ...other.lab.calls].map(({ action, target }) => `${action} ${target}`);
  expect(calls).toHaveLength(400);
  expect(new Set(calls).size).toBe(400);
});

test('in the middle of a run the call that is being made ends and is verified, and the step behind it waits', async () => {
  const { open, opened } = gate();
  app.lab.behaviours.set('beta', () => opened);
  const runId = await app.admin.run(await playbookOf('alpha', 'beta', 'gamma'));
  await comesAbout(() => app.lab.callsOf('beta') === 1, 'the second call is being made');
  await pause(app.admin);
  open();
  const events = await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_PAUSED');
  expect(events.at(-1)).toMatchObject({ type: 'RUN_PAUSED', runStatus: 'RUNNING' });
  expect((await app.admin.read(runId)).steps.map(({ status, verification }) => [status, verification])).toEqual([['SUCCEEDED', 'VERIFIED'], ['SUCCEEDED', 'VERIFIED'], ['QUEUED', null]]);
  const { run } = await app.admin.ask<{ run: { paused: boolean } }>('query ($id: ID!) { run(id: $id) { paused } }', { id: runId });
  expect(run.paused).toBe(true);

  await resume(app.admin);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.calls.map(({ action }) => action)).toEqual(['alpha', 'beta', 'gamma']);
  expect((await app.admin.read(runId)).steps.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
});

test('a step that was claimed before the pause and has not acted yet goes back to the queue', async () => {
  const { open, opened } = gate();
  app.lab.plans.set('alpha', () => opened);
  const runId = await app.admin.run(await playbookOf('alpha'));
  await app.admin.follow(runId, 0, ({ type }) => type === 'STEP_STARTED');
  await pause(app.admin);
  open();
  const events = await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_PAUSED');
  expect(events.at(-2)).toMatchObject({ type: 'STEP_QUEUED', message: expect.stringContaining('all runs are paused') });
  expect(app.lab.calls).toEqual([]);

  await resume(app.admin);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.callsOf('alpha')).toBe(1);
});

test('a dry run, a look before an approval and a retry that is due start nothing while all is paused', async () => {
  app.lab.behaviours.set('beta', ({ attempt }) => {
    if (attempt === 1) throw new ActionError('THROTTLED', 'Slow down.', { retryable: true });
  });
  const retried = await app.admin.createPlaybook([{ action: 'lab:beta', connectionId, retry: { backoff: 'PT0.5S' } }]);
  const retrying = await app.admin.run(retried.id);
  await app.admin.follow(retrying, 0, ({ type }) => type === 'STEP_RETRY_SCHEDULED');
  await pause(app.admin);
  let looks = 0;
  app.lab.plans.set('alpha', async () => {
    looks += 1;
  });
  const asked = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval: { contacts: [APPROVER] } }]);
  const runIds = [await app.admin.run(asked.id), await app.admin.run(asked.id, { dryRun: true }), retrying];
  await Promise.all(runIds.map((runId) => app.admin.follow(runId, 0, ({ type }) => type === 'RUN_PAUSED')));
  expect([looks, app.lab.callsOf('beta')]).toEqual([0, 1]);

  await resume(app.admin);
  const lasts = await Promise.all(runIds.map(async (runId) => (await app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_REQUESTED')).at(-1)?.type));
  expect(lasts).toEqual(['APPROVAL_REQUESTED', 'RUN_SUCCEEDED', 'RUN_SUCCEEDED']);
  expect(app.lab.callsOf('beta')).toBe(2);
});

test('approvals can be decided while all is paused; what was approved waits, and what was denied is over', async () => {
  const approver = await app.clientWith('APPROVER');
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval: { contacts: [APPROVER] } }]);
  const [approved = '', denied = ''] = await Promise.all([app.admin.run(playbook.id), app.admin.run(playbook.id)]);
  const waiting = await until(() => approver.ask<{ approvals: { nodes: { id: string; run: { id: string } }[] } }>('{ approvals(status: PENDING) { nodes { id run { id } } } }'), ({ approvals }) => approvals.nodes.length === 2);
  await pause(approver);
  for (const [runId, decision] of [[approved, 'APPROVE'], [denied, 'DENY']]) {
    const approvalId = waiting.approvals.nodes.find(({ run }) => run.id === runId)?.id;
    await approver.ask('mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id } } }', { input: { approvalId, decision } });
  }
  await app.admin.follow(approved, 0, ({ type }) => type === 'RUN_PAUSED');
  expect((await app.admin.follow(denied)).at(-1)?.type).toBe('RUN_DENIED');
  expect(app.lab.calls).toEqual([]);
  await resume(app.admin);
  expect((await app.admin.follow(approved)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('what a trigger fires is accepted and waits, too', async () => {
  const playbookIds = [await playbookOf('alpha')];
  await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'Any signal', eventType: 'lab:signal', playbookIds } });
  await pause(app.admin);
  await app.admin.ask('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }', { input: { events: [{ type: 'lab:signal', payload: { id: 's-1', user: 'ada@contoso.example' } }] } });
  const { runs } = await until(() => app.admin.ask<{ runs: { nodes: { id: string; paused: boolean; status: string }[] } }>('{ runs { nodes { id paused status } } }'), (found) => found.runs.nodes[0]?.paused === true);
  expect(runs.nodes).toEqual([{ id: runs.nodes[0]?.id, paused: true, status: 'QUEUED' }]);
  await resume(app.admin);
  expect((await app.admin.follow(runs.nodes[0]?.id ?? '')).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('a run that is canceled while it is held is over, and nothing of it goes on after the pause', async () => {
  await pause(app.admin);
  const runId = await app.admin.run(await playbookOf('alpha'));
  await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_PAUSED');
  await app.admin.ask('mutation ($input: CancelRunInput!) { cancelRun(input: $input) { run { id } } }', { input: { runId } });
  await resume(app.admin);
  const after = await app.admin.run(await playbookOf('beta'));
  await app.admin.follow(after);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_CANCELED');
  expect(app.lab.calls.map(({ action }) => action)).toEqual(['beta']);
});

test('the look for forgotten runs lets those be that are held, and finds one that nobody looked at', async () => {
  const playbookId = await playbookOf('alpha');
  await pause(app.admin);
  const runIds = await Promise.all([app.admin.run(playbookId), app.admin.run(playbookId)]);
  await Promise.all(runIds.map((runId) => app.admin.follow(runId, 0, ({ type }) => type === 'RUN_PAUSED')));
  const database = await Database.connect(new DataSource(dataSourceOptions(app.database.url, 2)), app.database.url);
  expect(await reconcile(database.reader)).toBe(0);
  expect(await told(app.admin, runIds[0] ?? '', 'RUN_PAUSED')).toBe(1);
  await app.database.query('update run set paused = false where id = $1', [runIds[0]]);
  await comesAbout(async () => (await reconcile(database.reader)) === 0, 'nothing is forgotten any more');
  await app.admin.follow(runIds[0] ?? '', 3, ({ type, sequence }) => type === 'RUN_PAUSED' && sequence > 3);
  await database.close();
});

test('nothing is lost or repeated however often all is paused and let go on while runs are under way', async () => {
  await using other = await startTestApp({ database: app.database });
  const playbookId = await playbookOf('alpha', 'beta', 'gamma');
  const starting = Array.from({ length: 60 }, (_run, index) => app.admin.run(playbookId, { target: { kind: 'USER', id: `user-${index}` } }));
  for (let times = 0; times < 12; times += 1) {
    const before = app.lab.calls.length + other.lab.calls.length;
    await pause(app.admin);
    await resume(app.admin);
    await comesAbout(() => app.lab.calls.length + other.lab.calls.length >= Math.min(before + 5, 180), 'runs go on');
  }
  const ends = await Promise.all((await Promise.all(starting)).map((runId) => app.admin.follow(runId)));
  // The minute's look for forgotten runs had none to wake.
  expect(warnings).toEqual([]);
  expect(ends.map((events) => events.at(-1)?.type)).toEqual(ends.map(() => 'RUN_SUCCEEDED'));
  const calls = [...app.lab.calls, ...other.lab.calls].map(({ action, target }) => `${action} ${target}`);
  expect(calls).toHaveLength(180);
  expect(new Set(calls).size).toBe(180);
});

test('responders and approvers may pause and do nothing else; administrators alone let runs go on', async () => {
  const [responder, approver, author, viewer] = await Promise.all([app.clientWith('RESPONDER'), app.clientWith('APPROVER'), app.clientWith('AUTHOR'), app.clientWith('VIEWER')]);
  for (const client of [author, viewer]) expect((await client.refusal(UPDATE_GUARDRAILS, { input: { paused: true } })).extensions.code).toBe('FORBIDDEN');
  for (const input of [{ paused: false }, {}, { paused: true, maxTargetsPerHour: null }, { paused: true, protectedTargets: [] }, { maxTargetsPerHour: 5 }, { paused: true, blastRadiusContacts: [] }]) {
    expect((await responder.refusal(UPDATE_GUARDRAILS, { input })).extensions.code).toBe('FORBIDDEN');
  }
  await pause(responder, { reason: 'A playbook has gone mad.' });
  await pause(approver);
  const read = await viewer.ask<{ guardrails: { pausedAt: string } }>('{ guardrails { paused pausedReason pausedAt pausedBy { ... on ApiKey { name } } } }');
  expect(read.guardrails).toEqual({ paused: true, pausedReason: 'A playbook has gone mad.', pausedAt: expect.any(String), pausedBy: { name: 'RESPONDER' } });
  for (const client of [responder, approver]) expect((await client.refusal(UPDATE_GUARDRAILS, { input: { paused: false } })).extensions.code).toBe('FORBIDDEN');
  await resume(app.admin);
  expect(await viewer.ask('{ guardrails { paused pausedReason pausedAt pausedBy { ... on ApiKey { name } } } }')).toEqual({ guardrails: { paused: false, pausedReason: null, pausedAt: null, pausedBy: null } });
});

test('a reason goes with a pause and has its limits; what is null is left as it is; a pause is no matter of readiness', async () => {
  const problemsOf = async (input: object) => (await app.admin.refusal(UPDATE_GUARDRAILS, { input })).extensions.problems?.map(({ path }) => path.join('.'));
  expect(await problemsOf({ reason: 'Why not.' })).toEqual(['input.reason']);
  expect(await problemsOf({ paused: false, reason: 'Why not.' })).toEqual(['input.reason']);
  expect(await problemsOf({ paused: true, reason: 'x'.repeat(501) })).toEqual(['input.reason']);
  expect(await problemsOf({ paused: true, reason: 'nul \u0000' })).toEqual(['input.reason']);
  await pause(app.admin, { reason: '  ' });
  await app.admin.ask(UPDATE_GUARDRAILS, { input: { paused: null, reason: null, protectedTargets: null, blastRadiusContacts: null } });
  expect(await app.admin.ask('{ guardrails { paused pausedReason } }')).toEqual({ guardrails: { paused: true, pausedReason: null } });
  const { playbook } = await app.admin.ask<{ playbook: { readiness: { ready: boolean } } }>('query ($id: ID!) { playbook(id: $id) { readiness { ready } } }', { id: await playbookOf('alpha') });
  expect(playbook.readiness.ready).toBe(true);
});
