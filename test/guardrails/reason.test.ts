import { startTestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const runPlaybook = 'mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }';

test('a playbook can demand a reason: runs without one are refused, dry runs and triggers go on, and it is part of the revision', async () => {
  await using app = await startTestApp();
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }], { requiresReason: true });
  const target = { kind: 'USER', id: 'ada@contoso.example' };
  for (const reason of [undefined, null, '', ' \t', '\u200b', '…']) {
    const { extensions } = await app.admin.refusal(runPlaybook, { input: { playbookId: playbook.id, target, reason } });
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'reason'] }] });
  }
  const runIds = [await app.admin.run(playbook.id, { dryRun: true }), await app.admin.run(playbook.id, { reason: 'INC-7' })];
  await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'Any signal', eventType: 'lab:signal', playbookIds: [playbook.id] } });
  await app.admin.ask('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }', { input: { events: [{ type: 'lab:signal', payload: { id: 's-1', user: 'bob@contoso.example' } }] } });
  const { runs } = await until(() => app.admin.ask<{ runs: { nodes: { id: string; reason: string }[] } }>('{ runs { nodes { id reason } } }'), (found) => found.runs.nodes.length === 3);
  expect(runs.nodes[0]?.reason).toContain('Any signal');
  for (const runId of [...runIds, runs.nodes[0]?.id ?? '']) expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.calls.map((call) => call.target).sort()).toEqual(['ada@contoso.example', 'bob@contoso.example']);

  const update = 'mutation ($input: UpdatePlaybookInput!) { updatePlaybook(input: $input) { playbook { requiresReason revision } } }';
  expect(await app.admin.ask(update, { input: { id: playbook.id, revision: 1, name: 'Another name' } })).toEqual({ updatePlaybook: { playbook: { requiresReason: true, revision: 2 } } });
  expect(await app.admin.ask(update, { input: { id: playbook.id, revision: 2, requiresReason: false } })).toEqual({ updatePlaybook: { playbook: { requiresReason: false, revision: 3 } } });
  const { rows } = await app.database.query(`select content->'requiresReason' as demands from playbook_revision order by revision`);
  expect(rows.map(({ demands }) => demands)).toEqual([true, true, false]);
  await app.admin.run(playbook.id);
});
