import type { JWTPayload } from 'jose';
import { readConfig } from '../../src/config.js';
import { AUDIENCE, TestIssuer } from '../support/oidc-issuer.js';
import { decideByLink } from '../support/decide-by-link.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { until } from '../support/until.js';

const GRACE = { channel: 'EMAIL', address: 'Grace@contoso.example', name: 'Grace' };
const ALAN = { channel: 'EMAIL', address: 'alan@contoso.example', name: 'Alan' };
const DECIDE = 'mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id status decisions { by { __typename ... on User { email } } } } } }';
const ACTOR = '__typename ... on User { id name email }';

let issuer: TestIssuer;
let app: TestApp;
let connectionId: string;

beforeEach(async () => {
  issuer = await TestIssuer.start();
  app = await startTestApp({ oidc: readConfig({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE }).oidc });
  connectionId = await app.admin.connect();
});

afterEach(async () => {
  await app[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const user = async (sub: string, email: string | undefined, ...roles: string[]) => new TestClient(app.app.url, await issuer.token({ sub, name: sub, email, roles }));
const idOf = async (client: TestClient): Promise<string> => (await client.ask<{ viewer: { actor: { id: string } } }>('{ viewer { actor { ... on User { id } } } }')).viewer.actor.id;
const playbookWith = async (approval: object, by: TestClient = app.admin) => (await by.createPlaybook([{ key: 'danger', action: 'lab:alpha', connectionId, approval }])).id;
const mine = async (client: TestClient): Promise<number> => (await client.ask<{ approvals: { nodes: object[] } }>('{ approvals(mine: true) { nodes { id } } }')).approvals.nodes.length;

async function pending(): Promise<string> {
  const found = await until(() => app.admin.ask<{ approvals: { nodes: { id: string }[] } }>('{ approvals(status: PENDING) { nodes { id } } }'), ({ approvals }) => approvals.nodes.length > 0);
  return found.approvals.nodes[0]?.id ?? '';
}

describe('a user', () => {
  it('is shown wherever an actor is, and can be read by the id', async () => {
    const ada = await user('ada', 'ada@contoso.example', 'ADMIN');
    const connection = await ada.connect('lab', { tenantId: 'tenant-2' });
    const playbook = await ada.createPlaybook([{ action: 'lab:alpha', connectionId: connection }]);
    const runId = await ada.run(playbook.id);
    await ada.follow(runId);
    const expected = { __typename: 'User', id: await idOf(ada), name: 'ada', email: 'ada@contoso.example' };
    const viewer = await user('other', undefined, 'VIEWER');
    const seen = await viewer.ask<{ run: { startedBy: object; playbook: { createdBy: object } }; node: object }>(`query ($run: ID!, $user: ID!) { run(id: $run) { startedBy { ${ACTOR} } playbook { createdBy { ${ACTOR} } } } node(id: $user) { id ${ACTOR} } }`, { run: runId, user: expected.id });
    expect(seen).toEqual({ run: { startedBy: expected, playbook: { createdBy: expected } }, node: expected });
    const { auditLog } = await app.admin.ask<{ auditLog: { nodes: { actor: object | null; action: string }[] } }>(`{ auditLog { nodes { action actor { ${ACTOR} } } } }`);
    expect(auditLog.nodes.find(({ action }) => action === 'runPlaybook')?.actor).toEqual(expected);
    expect(await viewer.ask('{ node(id: "usr_00000000000000000000000000") { id } }')).toEqual({ node: null });
  });

  it('is written down at most once a minute, with a newer name, and keeps an address that a token leaves out', async () => {
    const read = async () => (await app.database.query('select name, email, last_seen_at from app_user')).rows[0];
    await idOf(await user('ada', 'Ada@contoso.example', 'VIEWER'));
    const first = await read();
    expect(first).toMatchObject({ name: 'ada', email: 'ada@contoso.example' });
    const renamed = new TestClient(app.app.url, await issuer.token({ sub: 'ada', name: 'Countess', email: undefined }));
    await idOf(renamed);
    expect(await read()).toEqual(first);
    await app.database.query(`update app_user set last_seen_at = last_seen_at - interval '2 minutes'`);
    await idOf(renamed);
    expect(await read()).toMatchObject({ name: 'Countess', email: 'ada@contoso.example' });
  });

  it('has no address when the issuer says that it was not verified, and the sign-in name when there is no other', async () => {
    const emailWith = async (claims: JWTPayload) => (await new TestClient(app.app.url, await issuer.token(claims)).ask<{ viewer: { actor: { email: string | null } } }>('{ viewer { actor { ... on User { email } } } }')).viewer.actor.email;
    expect(await emailWith({ sub: 'a', email: 'boss@contoso.example', email_verified: false })).toBeNull();
    expect(await emailWith({ sub: 'b', email: undefined, preferred_username: 'B@contoso.example' })).toBe('b@contoso.example');
  });
});

describe('in approvals', () => {
  it('whoever started the run cannot approve it as a user, by the link to their address, or with a key of theirs', async () => {
    const grace = await user('grace', 'grace@contoso.example', 'RESPONDER', 'APPROVER');
    const runId = await grace.run(await playbookWith({ contacts: [GRACE, ALAN] }));
    const approvalId = await pending();
    expect((await grace.refusal(DECIDE, { input: { approvalId, decision: 'APPROVE' } })).message).toContain('started the run');
    expect(await mine(grace)).toBe(0);
    expect(await decideByLink(app, GRACE.address)).toMatchObject({ status: 409 });
    const key = await app.clientOf('grace@contoso.example', 'APPROVER');
    expect((await key.refusal(DECIDE, { input: { approvalId, decision: 'APPROVE' } })).message).toContain('started the run');
    expect(await mine(key)).toBe(0);
    const alan = await user('alan', 'alan@contoso.example', 'APPROVER');
    expect(await mine(alan)).toBe(1);
    const { decideApproval } = await alan.ask<{ decideApproval: { approval: { status: string; decisions: object[] } } }>(DECIDE, { input: { approvalId, decision: 'APPROVE' } });
    expect(decideApproval.approval).toMatchObject({ status: 'APPROVED', decisions: [{ by: { __typename: 'User', email: 'alan@contoso.example' } }] });
    const events = await app.admin.follow(runId);
    expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
    expect(events.find(({ type }) => type === 'APPROVAL_DECIDED')?.message).toContain('approved by alan@contoso.example');
  });

  it('whoever started it with a key cannot approve it as a user of the same address', async () => {
    const key = await app.clientOf('grace@contoso.example', 'RESPONDER');
    await key.run(await playbookWith({ contacts: [ALAN] }));
    const approvalId = await pending();
    const grace = await user('grace', 'GRACE@contoso.example', 'APPROVER');
    expect((await grace.refusal(DECIDE, { input: { approvalId, decision: 'APPROVE' } })).message).toContain('started the run');
    expect(await mine(grace)).toBe(0);
  });

  it('a user who is also a contact counts once, and so does one whose address has changed since', async () => {
    await app.admin.run(await playbookWith({ contacts: [GRACE, ALAN], quorum: 2 }));
    const approvalId = await pending();
    const grace = await user('grace', 'grace@contoso.example', 'APPROVER');
    await grace.ask(DECIDE, { input: { approvalId, decision: 'APPROVE' } });
    expect(await decideByLink(app, GRACE.address)).toMatchObject({ status: 409, text: expect.stringContaining('nobody counts twice') as unknown });
    const renamed = await user('grace', 'hopper@contoso.example', 'APPROVER');
    expect((await renamed.refusal(DECIDE, { input: { approvalId, decision: 'APPROVE' } })).message).toContain('nobody counts twice');
    expect(await mine(renamed)).toBe(0);
  });

  it('a user without an address is a person of their own', async () => {
    const nameless = await user('nameless', undefined, 'RESPONDER', 'APPROVER');
    await nameless.run(await playbookWith({ contacts: [ALAN] }));
    const approvalId = await pending();
    expect((await nameless.refusal(DECIDE, { input: { approvalId, decision: 'APPROVE' } })).message).toContain('started the run');
    const other = await user('other', undefined, 'APPROVER');
    expect(await other.ask(DECIDE, { input: { approvalId, decision: 'APPROVE' } })).toMatchObject({ decideApproval: { approval: { status: 'APPROVED' } } });
  });

  it('a user who sends the event that starts a run has started it', async () => {
    const sender = await user('grace', 'grace@contoso.example', 'ADMIN');
    await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'A trigger', eventType: 'lab:signal', playbookIds: [await playbookWith({ contacts: [GRACE] })] } });
    await sender.ask('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }', { input: { events: [{ type: 'lab:signal', payload: { id: 's-1', user: 'ada@contoso.example' } }] } });
    const approvalId = await pending();
    expect((await sender.refusal(DECIDE, { input: { approvalId, decision: 'APPROVE' } })).message).toContain('started the run');
    expect(await mine(sender)).toBe(0);
    expect(await decideByLink(app, GRACE.address)).toMatchObject({ status: 409 });
  });

  it('contacts are told by name who started the run', async () => {
    await (await user('Grace Hopper', 'grace@contoso.example', 'RESPONDER')).run(await playbookWith({ contacts: [ALAN] }));
    const sent = await until(() => app.lab.notices[0], (notice) => notice !== undefined);
    expect(sent?.notice.facts).toContainEqual({ name: 'Started by', value: 'Grace Hopper' });
  });
});

describe('a consent link that a user asked for', () => {
  const LINK = 'query ($id: ID!) { node(id: $id) { ... on Connection { consent { url } } } }';

  async function answerLink(at: TestApp): Promise<{ status: number; text: string }> {
    app.lab.check = () => ({ granted: [], tenantId: 'tenant-1' });
    const ada = await user('ada', 'ada@contoso.example', 'ADMIN');
    const id = await ada.connect();
    await ada.createPlaybook([{ action: 'lab:alpha', connectionId: id }]);
    const { node } = await ada.ask<{ node: { consent: { url: string } } }>(LINK, { id });
    const state = new URL(node.consent.url).searchParams.get('state') ?? '';
    const answer = await fetch(`${at.app.url}/consent/callback?${new URLSearchParams({ state, tenant: 'tenant-1' }).toString()}`);
    return { status: answer.status, text: await answer.text() };
  }

  it('counts', async () => {
    expect((await answerLink(app)).status).toBe(200);
  });

  it('counts no more when the identity provider is another one by now', async () => {
    await using moved = await startTestApp({ oidc: readConfig({ OIDC_ISSUER: 'https://login.contoso.example', OIDC_AUDIENCE: AUDIENCE }).oidc, database: app.database, runsEngine: false });
    const { status, text } = await answerLink(moved);
    expect(status).toBe(400);
    expect(text).toContain('has lost access');
  });
});
