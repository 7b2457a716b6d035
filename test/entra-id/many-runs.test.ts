import { startEntraApp } from '../support/entra-app.js';

const RUNS = 200;
const WRITES = ['users.update', 'users.revoke-sessions'];

test('200 runs started at once against Entra ID all finish, and the tenant has seen exactly one write of every step', async () => {
  await using entra = await startEntraApp({ tenant: { fillerUsers: RUNS } });
  const { admin } = entra.app;
  const connectionId = await entra.connect();
  const playbook = await admin.createPlaybook([{ action: 'entra-id:clear-user-sessions', connectionId }, { action: 'entra-id:suspend-user', connectionId }]);
  const users = entra.tenant.users().filter((user) => user.accountEnabled && user.userType === 'Member' && user.directoryRoles.length === 0 && user.jobTitle === null);
  const targets = users.slice(-RUNS).map(({ id }) => id);
  expect(targets).toHaveLength(RUNS);

  const runIds = await Promise.all(targets.map((id) => admin.run(playbook.id, { target: { kind: 'USER', id } })));
  const ends = await Promise.all(runIds.map((runId) => admin.follow(runId)));

  for (const events of ends) {
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
    expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  }
  for (const id of targets) expect(entra.tenant.user(id).accountEnabled).toBe(false);
  const writes = entra.tenant.journal.filter(({ kind }) => WRITES.includes(kind));
  expect(writes).toHaveLength(2 * RUNS);
  expect(writes.every(({ hadEffect }) => hadEffect)).toBe(true);
  expect(new Set(writes.map(({ clientRequestId }) => clientRequestId)).size).toBe(2 * RUNS);
});

test('all steps of a tenant share one token, however many run at once', async () => {
  await using entra = await startEntraApp();
  const { admin } = entra.app;
  const connectionId = await entra.connect();
  const playbook = await admin.createPlaybook([{ action: 'entra-id:clear-user-sessions', connectionId }]);

  const runIds = await Promise.all(Array.from({ length: 100 }, () => admin.run(playbook.id, { target: { kind: 'USER', id: entra.tenant.exampleUser } })));
  await Promise.all(runIds.map((runId) => admin.follow(runId)));

  expect(entra.tenant.journal.filter(({ kind }) => kind === 'token')).toHaveLength(1);
});
