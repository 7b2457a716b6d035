import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { callGraph, errorOf, tokenOf, userPath, valueOf } from './graph-caller.js';
import type { Reply } from './graph-caller.js';
import { NotificationReceiver } from './notification-receiver.js';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

describe('subscriptions to changes of users', () => {
  let tenant: SandboxTenant;
  let client: NotificationReceiver;
  let token: string;
  let aheadMs = 0;

  beforeAll(async () => {
    tenant = await startSandboxTenant({ now: () => Date.now() + aheadMs, behaviour: { effectDelayMs: 0, notificationRetryDelaysMs: [5, 5], validationTimeoutMs: 200, notificationTimeoutMs: 200 } });
    token = await tokenOf(tenant);
  });
  afterAll(() => tenant.stop());
  beforeEach(async () => {
    aheadMs = 0;
    tenant.reset();
    client = await NotificationReceiver.start();
  });
  afterEach(() => client.stop());

  const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const subscribe = (changes: Record<string, unknown> = {}): Promise<Reply> => callGraph(tenant, 'POST', '/subscriptions', {
    token, body: { changeType: 'updated,deleted', notificationUrl: `${client.url}/hook`, resource: 'users', expirationDateTime: inMs(3 * DAY_MS), clientState: 'secret', ...changes },
  });
  const idOf = (reply: Reply): string => {
    expect(reply.status).toBe(201);
    return (reply.body as { id: string }).id;
  };
  const disable = (user: string, accountEnabled = false): Promise<Reply> => callGraph(tenant, 'PATCH', userPath(user), { token, body: { accountEnabled } });

  test('an address that sends the token back is subscribed, and the client state is shown this once', async () => {
    const made = await subscribe();
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      '@odata.context': `${tenant.origin}/v1.0/$metadata#subscriptions/$entity`,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/), resource: 'users', changeType: 'updated,deleted', clientState: 'secret',
      notificationUrl: `${client.url}/hook`, lifecycleNotificationUrl: null, expirationDateTime: expect.any(String),
      applicationId: tenant.environment.ENTRA_CLIENT_ID, creatorId: tenant.servicePrincipalId,
      notificationQueryOptions: null, includeResourceData: null, latestSupportedTlsVersion: null, encryptionCertificate: null, encryptionCertificateId: null, notificationUrlAppId: null,
    });
    expect(client.received).toEqual([{ path: '/hook', contentType: expect.stringContaining('text/plain'), validationToken: expect.stringContaining('Validation: '), body: undefined }]);
    const id = idOf(made);
    expect((await callGraph(tenant, 'GET', `/subscriptions/${id}`, { token })).body).toMatchObject({ id, clientState: null });
    expect(valueOf(await callGraph(tenant, 'GET', '/subscriptions', { token }))).toMatchObject([{ id, clientState: null }]);
    expect(tenant.subscriptions()).toMatchObject([{ id, clientState: 'secret' }]);
    expect(tenant.journal.map(({ kind }) => kind)).toEqual(['subscriptions.create', 'subscriptions.get', 'subscriptions.list']);
  });

  test('the query of an address is kept, and an address for lifecycle notices is asked, too', async () => {
    idOf(await subscribe({ notificationUrl: `${client.url}/hook?key=1`, lifecycleNotificationUrl: `${client.url}/lifecycle` }));
    expect(client.received.map(({ path }) => path)).toEqual(['/hook', '/lifecycle']);
    expect(tenant.subscriptions()[0]?.notificationUrl).toBe(`${client.url}/hook?key=1`);
  });

  test.each([
    ['answers with another status', () => ({ status: 202, contentType: 'text/plain' }), '200 OK'],
    ['sends another text', () => ({ status: 200, contentType: 'text/plain', text: 'hello' }), 'validationToken'],
    ['sends the token as a page', (sent: { validationToken: string | null }) => ({ status: 200, contentType: 'text/html', text: sent.validationToken ?? '' }), 'text/plain'],
    ['sends the token encoded', (sent: { validationToken: string | null }) => ({ status: 200, contentType: 'text/plain', text: encodeURIComponent(sent.validationToken ?? '') }), 'decoded'],
    ['does not answer in time', () => ({ status: 200, isSilent: true }), 'in time'],
  ])('an address that %s is not subscribed', async (_, answer, reason) => {
    client.answer = answer;
    const reply = await subscribe();
    expect([reply.status, errorOf(reply).code, errorOf(reply).message]).toEqual([400, 'ValidationError', expect.stringContaining(reason)]);
    expect(tenant.subscriptions()).toEqual([]);
  });

  test('an address where nobody listens is not subscribed', async () => {
    const gone = await NotificationReceiver.start();
    const { url } = gone;
    await gone.stop();
    expect(errorOf(await subscribe({ notificationUrl: url })).code).toBe('ValidationError');
  });

  test.each([
    [{ notificationUrl: 'http://client.example/hook' }, 'https'],
    [{ notificationUrl: 'nowhere' }, 'https'],
    [{ notificationUrl: undefined }, 'notificationUrl'],
    [{ lifecycleNotificationUrl: 'ftp://127.0.0.1/' }, 'lifecycleNotificationUrl'],
    [{ resource: 'groups' }, "'groups'"],
    [{ changeType: 'created' }, "'created'"],
    [{ changeType: 'updated,updated' }, 'updated,updated'],
    [{ clientState: 'x'.repeat(129) }, '128'],
    [{ expirationDateTime: 'soon' }, 'date and time'],
    [{ expirationDateTime: inMs(30 * DAY_MS) }, '41760 minutes'],
  ])('the wish %j is refused before anybody is asked', async (changes, reason) => {
    const reply = await subscribe(changes);
    expect([reply.status, errorOf(reply).code, errorOf(reply).message]).toEqual([400, 'InvalidRequest', expect.stringContaining(reason)]);
    expect(client.received).toEqual([]);
  });

  test('an end that is too near is put off to 45 minutes from now', async () => {
    const { body } = await subscribe({ expirationDateTime: inMs(MINUTE_MS) });
    const { expirationDateTime } = body as { expirationDateTime: string };
    expect(Math.round((Date.parse(expirationDateTime) - Date.now()) / MINUTE_MS)).toBe(45);
  });

  test('a second subscription to the same is a conflict, also when both are made at once, and one to other changes is not', async () => {
    const both = await Promise.all([subscribe(), subscribe({ resource: '/Users', changeType: 'deleted,updated' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const second = await subscribe();
    expect([second.status, errorOf(second).message]).toEqual([409, expect.stringContaining(`${tenant.subscriptions()[0]?.id} already exists`)]);
    idOf(await subscribe({ changeType: 'updated' }));
    expect(tenant.subscriptions()).toHaveLength(2);
  });

  test('a subscription is prolonged, ended, and over in the end', async () => {
    const id = idOf(await subscribe());
    const path = `/subscriptions/${id}`;
    const later = inMs(20 * DAY_MS);
    const prolonged = await callGraph(tenant, 'PATCH', path, { token, body: { expirationDateTime: later } });
    expect([prolonged.status, prolonged.body]).toEqual([200, expect.objectContaining({ id, expirationDateTime: later, clientState: null })]);
    expect((await callGraph(tenant, 'PATCH', path, { token, body: { expirationDateTime: inMs(40 * DAY_MS) } })).status).toBe(400);
    expect((await callGraph(tenant, 'PATCH', path, { token, body: { clientState: 'mine' } })).status).toBe(400);
    expect((await callGraph(tenant, 'DELETE', path, { token })).status).toBe(204);
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const reply = await callGraph(tenant, method, path, { token, ...(method === 'PATCH' ? { body: { expirationDateTime: later } } : {}) });
      expect([reply.status, errorOf(reply).code]).toEqual([404, 'ResourceNotFound']);
    }
    idOf(await subscribe({ expirationDateTime: inMs(DAY_MS) }));
    aheadMs = 2 * DAY_MS;
    expect(tenant.subscriptions()).toEqual([]);
  });

  test('it takes the permission to read users', async () => {
    tenant.changeConsent({ revoke: ['User.Read.All'] });
    const powerless = await tokenOf(tenant);
    for (const [method, path] of [['GET', '/subscriptions'], ['DELETE', '/subscriptions/x'], ['GET', '/subscriptions/x']] as const) {
      expect((await callGraph(tenant, method, path, { token: powerless })).status).toBe(403);
    }
    token = powerless;
    expect((await subscribe()).status).toBe(403);
    expect(client.received).toEqual([]);
    tenant.reset();
    token = await tokenOf(tenant);
  });

  test('a changed user is told with the client state, what else changed in one go in the same breath, and nothing when nothing changed', async () => {
    const id = idOf(await subscribe());
    const mira = tenant.user(tenant.exampleUser).id;
    const both = { accountEnabled: false, passwordProfile: { forceChangePasswordNextSignIn: true } };
    await callGraph(tenant, 'PATCH', userPath(tenant.exampleUser), { token, body: both });
    await callGraph(tenant, 'PATCH', userPath(tenant.exampleUser), { token, body: both });
    await disable('jonas.weber@contoso.example');
    const [first, second, ...more] = await client.waitFor(2);
    expect(first).toEqual({
      id: expect.any(String), subscriptionId: id, subscriptionExpirationDateTime: tenant.subscriptions()[0]?.expirationDateTime, clientState: 'secret',
      changeType: 'updated', resource: `Users/${mira}`, tenantId: tenant.tenantId,
      resourceData: { '@odata.type': '#Microsoft.Graph.User', '@odata.id': `Users/${mira}`, id: mira, organizationId: tenant.tenantId, sequenceNumber: expect.any(Number) },
    });
    expect(second).toMatchObject({ resourceData: { id: tenant.user('jonas.weber@contoso.example').id } });
    expect(more).toEqual([]);
    expect(client.received.at(-1)?.contentType).toContain('application/json');
  });

  test('a notification that is not taken, or not in time, comes again, the same as before', async () => {
    idOf(await subscribe());
    const answers = [{ status: 503 }, { status: 202, isSilent: true }, { status: 202 }];
    client.answer = () => answers[client.notifications.length - 1] ?? { status: 202 };
    await disable(tenant.exampleUser);
    const [first, ...again] = await client.waitFor(3);
    expect(again).toEqual([first, first]);
  });

  test('a change does not wait until it was told', async () => {
    tenant.changeBehaviour({ notificationTimeoutMs: 600_000 });
    idOf(await subscribe());
    client.answer = () => ({ status: 202, isSilent: true });
    expect((await disable(tenant.exampleUser)).status).toBe(204);
    await client.waitFor(1);
    expect((await disable(tenant.exampleUser, true)).status).toBe(204);
  });

  test('whoever subscribed to deletions alone, or no longer, is told nothing', async () => {
    const ended = idOf(await subscribe({ changeType: 'updated', notificationUrl: `${client.url}/ended` }));
    idOf(await subscribe({ changeType: 'deleted', notificationUrl: `${client.url}/deletions` }));
    await callGraph(tenant, 'DELETE', `/subscriptions/${ended}`, { token });
    await disable(tenant.exampleUser);
    idOf(await subscribe({ changeType: 'updated' }));
    await disable(tenant.exampleUser, true);
    await client.waitFor(1);
    expect(client.received.filter(({ validationToken }) => validationToken === null).map(({ path }) => path)).toEqual(['/hook']);
  });

  test('a client is told about its subscription at its address for that, or else at the usual one', async () => {
    const id = idOf(await subscribe({ lifecycleNotificationUrl: `${client.url}/lifecycle` }));
    const plain = idOf(await subscribe({ changeType: 'updated' }));
    const sent = tenant.sendLifecycleNotice(id, 'reauthorizationRequired');
    expect(sent).toEqual({ subscriptionId: id, subscriptionExpirationDateTime: expect.any(String), tenantId: tenant.tenantId, clientState: 'secret', lifecycleEvent: 'reauthorizationRequired' });
    await expect(client.waitFor(1)).resolves.toEqual([sent]);
    tenant.sendLifecycleNotice(plain, 'missed');
    await client.waitFor(2);
    expect(client.received.slice(-2)).toMatchObject([{ path: '/lifecycle' }, { path: '/hook', body: { value: [{ subscriptionId: plain, lifecycleEvent: 'missed' }] } }]);
  });

  test('a removed subscription is told of and gone', async () => {
    const id = idOf(await subscribe());
    const reply = await fetch(`${tenant.origin}/control/subscriptions/${id}/lifecycle`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ event: 'subscriptionRemoved' }),
    });
    expect([reply.status, await reply.json()]).toEqual([200, expect.objectContaining({ subscriptionId: id, clientState: null })]);
    await expect(client.waitFor(1)).resolves.toMatchObject([{ subscriptionId: id, clientState: 'secret', lifecycleEvent: 'subscriptionRemoved' }]);
    expect((await callGraph(tenant, 'PATCH', `/subscriptions/${id}`, { token, body: { expirationDateTime: inMs(DAY_MS) } })).status).toBe(404);
    idOf(await subscribe());
    expect(() => tenant.sendLifecycleNotice(id, 'missed')).toThrow('no subscription');
  });

  test('a tenant stops at once although a client does not take its notifications', async () => {
    const other = await startSandboxTenant({ behaviour: { notificationRetryDelaysMs: [60_000] } });
    const body = { changeType: 'updated', notificationUrl: client.url, resource: 'users', expirationDateTime: inMs(DAY_MS) };
    expect((await callGraph(other, 'POST', '/subscriptions', { body })).status).toBe(201);
    client.answer = () => ({ status: 500 });
    await callGraph(other, 'PATCH', userPath(other.exampleUser), { body: { accountEnabled: false } });
    await client.waitFor(1);
    const startedMs = performance.now();
    await other.stop();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(client.notifications).toHaveLength(1);
  });
});
