import { startEntraApp } from '../support/entra-app.js';
import { pause, resume } from '../support/guardrails.js';
import { startTestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const update = 'mutation ($input: UpdateGuardrailsInput!) { updateGuardrails(input: $input) { guardrails { protectedTargets { kind id reason } } } }';
const BREAK_GLASS = { kind: 'USER', id: 'Emergency@Contoso.example', reason: 'The account for emergencies.' };

test('no action changes a protected target, by whatever name the run was started and however its name is written', async () => {
  await using app = await startTestApp();
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  await app.admin.ask(update, { input: { protectedTargets: [BREAK_GLASS] } });

  for (const id of ['emergency@contoso.example', 'EMERGENCY@CONTOSO.EXAMPLE']) {
    const runId = await app.admin.run(playbook.id, { target: { kind: 'USER', id } });
    await app.admin.follow(runId);
    const run = await app.admin.read(runId);
    expect(run.status).toBe('FAILED');
    expect(run.steps[0]?.error).toMatchObject({ code: 'TARGET_PROTECTED', retryable: false, message: expect.stringContaining(BREAK_GLASS.reason) });
    const { run: read } = await app.admin.ask<{ run: { target: { protected: boolean } } }>('query ($id: ID!) { run(id: $id) { target { protected } } }', { id: runId });
    expect(read.target.protected).toBe(true);
  }
  expect(app.lab.calls).toEqual([]);
});

test('what is protected while a run is under way is not changed by its next step', async () => {
  await using app = await startTestApp();
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }, { action: 'lab:beta', connectionId }]);
  app.lab.behaviours.set('alpha', async () => {
    await app.admin.ask(update, { input: { protectedTargets: [BREAK_GLASS] } });
  });

  const runId = await app.admin.run(playbook.id, { target: { kind: 'USER', id: 'emergency@contoso.example' } });
  await app.admin.follow(runId);

  expect((await app.admin.read(runId)).steps.map(({ status, error }) => [status, error?.code])).toEqual([['SUCCEEDED', undefined], ['FAILED', 'TARGET_PROTECTED']]);
  expect(app.lab.calls.map(({ action }) => action)).toEqual(['alpha']);
});

test('a dry run tells what would be changed of a protected target, and whoever is not protected is changed', async () => {
  await using app = await startTestApp();
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  await app.admin.ask(update, { input: { protectedTargets: [BREAK_GLASS] } });
  const dry = await app.admin.run(playbook.id, { dryRun: true, target: { kind: 'USER', id: BREAK_GLASS.id } });
  const other = await app.admin.run(playbook.id);
  for (const runId of [dry, other]) expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.calls.map(({ target }) => target)).toEqual(['ada@contoso.example']);
});

test('the guardrails are read by everybody and changed by administrators alone; every fault of a list is told at once', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const responder = await app.clientWith('RESPONDER');
  expect((await responder.refusal(update, { input: { protectedTargets: [BREAK_GLASS] } })).extensions.code).toBe('FORBIDDEN');
  const { problems } = (await app.admin.refusal(update, { input: { protectedTargets: [BREAK_GLASS, BREAK_GLASS, { kind: 'NONE', id: ' ', reason: '' }] } })).extensions;
  expect(problems?.map(({ path }) => path.slice(2).join('.'))).toEqual(['1.id', '2.kind', '2.id', '2.reason']);

  await app.admin.ask(update, { input: { protectedTargets: [BREAK_GLASS] } });
  await app.admin.ask(update, { input: {} });
  const read = await responder.ask<{ guardrails: { protectedTargets: object[] } }>('{ guardrails { protectedTargets { kind id reason } } }');
  expect(read.guardrails.protectedTargets).toEqual([{ ...BREAK_GLASS, id: 'emergency@contoso.example' }]);
  await app.admin.ask(update, { input: { protectedTargets: [] } });
  expect((await responder.ask<{ guardrails: { protectedTargets: object[] } }>('{ guardrails { protectedTargets { id } } }')).guardrails.protectedTargets).toEqual([]);
});

test('a user of Entra ID is protected by object id and by sign-in name, in any case, whichever of the two a run names', async () => {
  await using entra = await startEntraApp();
  const { admin } = entra.app;
  const connectionId = await entra.connect();
  const playbook = await admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId }]);
  const { id, userPrincipalName } = entra.tenant.user(entra.tenant.exampleUser);
  const spellings = [id, id.toUpperCase(), userPrincipalName, userPrincipalName.toUpperCase()];
  for (const spelling of spellings) {
    await admin.ask(update, { input: { protectedTargets: [{ kind: 'USER', id: ` ${spelling} `, reason: 'For emergencies.' }] } });
    for (const named of spellings) {
      const runId = await admin.run(playbook.id, { target: { kind: 'USER', id: named } });
      await admin.follow(runId);
      expect([spelling, named, (await admin.read(runId)).steps[0]?.error?.code]).toEqual([spelling, named, 'TARGET_PROTECTED']);
    }
  }
  expect(entra.tenant.user(id).accountEnabled).toBe(true);
  expect(entra.tenant.journal.filter(({ kind }) => kind === 'users.update')).toEqual([]);
});

test('neither an approval, nor a trigger, nor the end of a pause gets past the protection', async () => {
  await using app = await startTestApp();
  const connectionId = await app.admin.connect();
  const asking = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval: { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] } }]);
  const plain = await app.admin.createPlaybook([{ action: 'lab:beta', connectionId }]);
  const approver = await app.clientWith('APPROVER');
  const target = { kind: 'USER', id: 'emergency@contoso.example' };
  const waiting = await app.admin.run(asking.id, { target });
  const found = await until(() => approver.ask<{ approvals: { nodes: { id: string }[] } }>('{ approvals(status: PENDING) { nodes { id } } }'), ({ approvals }) => approvals.nodes.length === 1);
  await pause(app.admin);
  const held = await app.admin.run(plain.id, { target });
  await app.admin.ask(update, { input: { protectedTargets: [BREAK_GLASS] } });
  await approver.ask('mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id } } }', { input: { approvalId: found.approvals.nodes[0]?.id, decision: 'APPROVE' } });
  await resume(app.admin);
  for (const runId of [waiting, held]) {
    await app.admin.follow(runId);
    expect((await app.admin.read(runId)).steps[0]?.error?.code).toBe('TARGET_PROTECTED');
  }
  await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'Any signal', eventType: 'lab:signal', playbookIds: [plain.id] } });
  await app.admin.ask('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }', { input: { events: [{ type: 'lab:signal', payload: { id: 's-1', user: 'Emergency@CONTOSO.example' } }] } });
  const { events } = await until(() => app.admin.ask<{ events: { nodes: { firings: { outcome: string }[] }[] } }>('{ events { nodes { firings { outcome } } } }'), (read) => read.events.nodes[0]?.firings.length === 1);
  expect(events.nodes[0]?.firings).toEqual([{ outcome: 'BLOCKED' }]);
  expect(app.lab.calls).toEqual([]);
});
