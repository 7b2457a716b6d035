import { hasBrowser } from '../support/browser.js';
import { startEntraApp, type EntraApp } from '../support/entra-app.js';
import type { TestClient } from '../support/test-client.js';
import { administratorByHttp, administratorInBrowser, type Administrator } from './administrator.js';

const NEEDED = ['User.EnableDisableAccount.All', 'User.Read.All'];
const CONNECTION = 'id revision settings consent { status granted confirmed confirmedAt missing { name } privilegedRole { name held } } health { ok problemCode }';

interface ConnectionState {
  readonly id: string;
  readonly consent: { status: string; granted: string[]; confirmed: boolean; missing: { name: string }[]; privilegedRole: { name: string; held: boolean | null } };
  readonly health: { ok: boolean; problemCode: string | null };
}

interface Prepared {
  readonly admin: TestClient;
  readonly connectionId: string;
  readonly playbookId: string;
  readonly missing: string[];
  readonly url: string;
}

/** As a new user: connect an unconsented tenant, and add a step. */
async function prepare(entra: EntraApp): Promise<Prepared> {
  const { admin } = entra.app;
  const connectionId = await entra.connect();
  const playbook = await admin.createPlaybook([]);
  const { addPlaybookStep } = await admin.ask<{ addPlaybookStep: { connection: { consent: { url: string; missing: { name: string }[] } } } }>(
    'mutation ($input: AddPlaybookStepInput!) { addPlaybookStep(input: $input) { connection { consent { url missing { name } } } } }',
    { input: { playbookId: playbook.id, action: 'entra-id:suspend-user', connectionId } },
  );
  const { url, missing } = addPlaybookStep.connection.consent;
  return { admin, connectionId, playbookId: playbook.id, missing: missing.map(({ name }) => name).sort(), url };
}

async function readConnection(admin: TestClient, id: string): Promise<ConnectionState> {
  return (await admin.ask<{ node: ConnectionState }>(`query ($id: ID!) { node(id: $id) { ... on Connection { ${CONNECTION} } } }`, { id })).node;
}

async function newLink(admin: TestClient, id: string): Promise<string> {
  return (await admin.ask<{ node: { consent: { url: string } } }>('query ($id: ID!) { node(id: $id) { ... on Connection { consent { url } } } }', { id })).node.consent.url;
}

const confirm = 'mutation ($input: ConfirmConsentInput!) { confirmConsent(input: $input) { connection { consent { confirmed confirmedBy { ... on ApiKey { name } } } } } }';

describe.each<[string, () => Promise<Administrator>, boolean]>([
  ['in a browser', administratorInBrowser, hasBrowser],
  ['by plain HTTP', administratorByHttp, true],
])('an administrator %s', (_how, start, canRun) => {
  const testHere = canRun ? test : test.skip;

  testHere('adds a step, opens the link, accepts, confirms, and the playbook runs', async () => {
    await using entra = await startEntraApp({ tenant: { isConsented: false } });
    await using administrator = await start();
    const { admin, connectionId, playbookId, missing, url } = await prepare(entra);
    expect(missing).toEqual(NEEDED);
    expect(await readConnection(admin, connectionId)).toMatchObject({ consent: { status: 'REQUIRED', granted: [], confirmed: false }, health: { ok: false, problemCode: 'CONSENT_MISSING' } });
    const input = { input: { playbookId, target: { kind: 'USER', id: entra.tenant.exampleUser } } };
    expect((await admin.refusal('mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }', input)).extensions.code).toBe('PRECONDITION_FAILED');

    const shown = await administrator.decide(url, 'Accept');
    expect(shown.title).toBe('Access granted');
    for (const permission of NEEDED) expect(shown.text).toContain(permission);

    const { confirmConsent } = await admin.ask<{ confirmConsent: { connection: { consent: { confirmed: boolean; confirmedBy: { name: string } } } } }>(confirm, { input: { connectionId } });
    expect(confirmConsent.connection.consent).toEqual({ confirmed: true, confirmedBy: { name: 'ADMIN' } });
    expect(await readConnection(admin, connectionId)).toMatchObject({ consent: { status: 'GRANTED', missing: [], confirmed: true }, health: { ok: true, problemCode: null } });

    const { searchTargets } = await admin.ask<{ searchTargets: { id: string; username: string }[] }>('query ($id: ID!) { searchTargets(playbookId: $id, query: "mira oka") { id username } }', { id: playbookId });
    const [found] = searchTargets;
    expect(found?.username).toBe(entra.tenant.exampleUser);
    const events = await admin.follow(await admin.run(playbookId, { target: { kind: 'USER', id: found?.id } }));
    expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
    expect(entra.tenant.user(entra.tenant.exampleUser).accountEnabled).toBe(false);
  });

  testHere.each(['Cancel', 'I am not an administrator'])('who presses "%s" gets a clear page, and the connection is as before', async (button) => {
    await using entra = await startEntraApp({ tenant: { isConsented: false } });
    await using administrator = await start();
    const { admin, connectionId, url } = await prepare(entra);
    const before = await readConnection(admin, connectionId);

    const shown = await administrator.decide(url, button);

    expect(shown.title).toBe('Access was not granted.');
    expect(shown.text).toMatch(button === 'Cancel' ? /declined|canceled/i : /administrator/i);
    expect(await readConnection(admin, connectionId)).toEqual(before);
    const refusal = await admin.refusal(confirm, { input: { connectionId } });
    expect(refusal.extensions.code).toBe('PRECONDITION_FAILED');
    expect(refusal.extensions.problems?.map(({ message }) => message).join()).toContain('User.EnableDisableAccount.All');
  });

  testHere('a link is good for one answer', async () => {
    await using entra = await startEntraApp({ tenant: { isConsented: false } });
    await using administrator = await start();
    const { admin, connectionId, url } = await prepare(entra);
    await administrator.decide(url, 'Cancel');
    expect((await administrator.decide(url, 'Accept')).title).toBe('This link was used before.');
    expect((await administrator.decide(await newLink(admin, connectionId), 'Accept')).title).toBe('Access granted');
  });
});

test('what an administrator takes away again shows within one check, in health, consent and readiness, with the link that mends it', async () => {
  await using entra = await startEntraApp();
  const { admin, connectionId, playbookId } = await prepare(entra);
  await admin.ask(confirm, { input: { connectionId } });
  const readiness = () => admin.ask<{ playbook: { readiness: { ready: boolean; problems: { code: string; consentUrl: string | null }[] } } }>('query ($id: ID!) { playbook(id: $id) { readiness { ready problems { code consentUrl } } } }', { id: playbookId });
  expect((await readiness()).playbook.readiness).toEqual({ ready: true, problems: [] });

  entra.tenant.changeConsent({ revoke: ['User.EnableDisableAccount.All'] });
  const check = 'mutation ($input: CheckConnectionInput!) { checkConnection(input: $input) { connection { id } } }';
  await admin.ask(check, { input: { connectionId } });

  expect(await readConnection(admin, connectionId)).toMatchObject({ consent: { status: 'INSUFFICIENT', confirmed: false, missing: [{ name: 'User.EnableDisableAccount.All' }] }, health: { ok: false, problemCode: 'PERMISSION_MISSING' } });
  expect((await readiness()).playbook.readiness).toEqual({ ready: false, problems: [{ code: 'CONSENT_MISSING', consentUrl: expect.stringContaining('/adminconsent?') }] });

  entra.tenant.changeConsent({ isPresent: false });
  await admin.ask(check, { input: { connectionId } });
  expect((await readConnection(admin, connectionId)).consent.status).toBe('REVOKED');
});

test('an expired secret makes the connection and its playbooks unhealthy, with the remedy', async () => {
  await using entra = await startEntraApp();
  const { admin, connectionId, playbookId } = await prepare(entra);
  entra.tenant.changeConsent({ isSecretExpired: true });
  await admin.ask('mutation ($input: CheckConnectionInput!) { checkConnection(input: $input) { connection { id } } }', { input: { connectionId } });
  expect((await readConnection(admin, connectionId)).health).toEqual({ ok: false, problemCode: 'CREDENTIAL_EXPIRED' });
  const { playbook } = await admin.ask<{ playbook: { readiness: { problems: { code: string; message: string; consentUrl: string | null }[] } } }>('query ($id: ID!) { playbook(id: $id) { readiness { problems { code message consentUrl } } } }', { id: playbookId });
  expect(playbook.readiness.problems).toEqual([{ code: 'CONNECTION_UNHEALTHY', message: expect.stringMatching(/expired.*new client secret/s), consentUrl: null }]);
});

test('whether the app holds the role for privileged users is told, and how to assign it', async () => {
  await using entra = await startEntraApp();
  const { admin, connectionId } = await prepare(entra);
  const held = async () => (await readConnection(admin, connectionId)).consent.privilegedRole;
  expect((await held()).name).toBe('Privileged Authentication Administrator');
  entra.tenant.changeConsent({ grant: ['RoleManagement.Read.Directory'], addRoles: ['Privileged Authentication Administrator'] });
  await admin.ask('mutation ($input: CheckConnectionInput!) { checkConnection(input: $input) { connection { id } } }', { input: { connectionId } });
  expect(await held()).toEqual({ name: 'Privileged Authentication Administrator', held: true });
});
