import { request as httpsRequest } from 'node:https';
import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { callGraph, tokenOf, userPath } from './graph-caller.js';

describe('the controls over HTTP', () => {
  let tenant: SandboxTenant;

  beforeAll(async () => {
    tenant = await startSandboxTenant({ behaviour: { effectDelayMs: 7 } });
  });
  afterAll(() => tenant.stop());
  beforeEach(() => tenant.reset());

  async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const content = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const reply = await fetch(`${tenant.origin}/control${path}`, { method, ...content });
    const text = await reply.text();
    return { status: reply.status, body: text === '' ? '' : JSON.parse(text) };
  }

  test('users are shown as they really are, deleted ones too', async () => {
    tenant.changeBehaviour({ effectDelayMs: 60_000 });
    await callGraph(tenant, 'PATCH', userPath(tenant.exampleUser), { body: { accountEnabled: false } });
    expect((await control('GET', `/users/${encodeURIComponent(tenant.exampleUser)}`)).body).toMatchObject({ accountEnabled: false });
    const { id } = tenant.user('former.employee@contoso.example');
    expect((await control('GET', `/users/${id}`)).body).toMatchObject({ displayName: 'Former Employee', deletedDateTime: expect.any(String) });
    expect((await control('GET', '/users')).body).toMatchObject({ value: expect.arrayContaining([expect.objectContaining({ id })]) });
    expect(await control('GET', '/users/nobody')).toMatchObject({ status: 404, body: { error: expect.stringContaining("no user 'nobody'") } });
  });

  test('the journal can be followed from a number', async () => {
    const token = await tokenOf(tenant);
    const last = tenant.journal.at(-1)?.sequence ?? 0;
    await callGraph(tenant, 'GET', '/users', { token });
    expect((await control('GET', `/journal?after=${last}`)).body).toMatchObject({ value: [{ kind: 'users.list', sequence: last + 1 }] });
    expect((await control('GET', '/journal?after=x')).status).toBe(400);
  });

  test('faults are injected, listed and cleared', async () => {
    const injected = await control('POST', '/faults', { match: { path: '/v1.0/', method: 'GET' }, status: 503, times: 2 });
    expect(injected).toMatchObject({ status: 201, body: { id: expect.any(Number), timesLeft: 2 } });
    expect((await callGraph(tenant, 'GET', '/users')).status).toBe(503);
    expect((await control('GET', '/faults')).body).toMatchObject({ value: [{ status: 503, timesLeft: 1, match: { path: '/v1.0/' } }] });
    expect((await control('DELETE', '/faults')).status).toBe(204);
    expect((await callGraph(tenant, 'GET', '/users')).status).toBe(200);
    expect(await control('POST', '/faults', { match: { path: '(' } })).toMatchObject({ status: 400, body: { error: expect.stringContaining('regular expression') } });
  });

  test('behaviour is changed by the settings that are named and no others', async () => {
    expect((await control('POST', '/behaviour', { flagOnlyReset: 'NO_OP' })).body).toMatchObject({ flagOnlyReset: 'NO_OP', effectDelayMs: 7 });
    expect((await control('GET', '/behaviour')).body).toMatchObject({ flagOnlyReset: 'NO_OP', effectDelayMs: 7 });
    expect((await control('POST', '/behaviour', { flagOnlyReset: 'MAYBE' })).status).toBe(400);
    expect((await control('POST', '/behaviour', { colour: 'red' })).status).toBe(400);
    expect(tenant.behaviour.flagOnlyReset).toBe('NO_OP');
  });

  test('consent is granted and revoked by the names of permissions and roles', async () => {
    const changed = await control('POST', '/consent', { grant: ['Directory.Read.All'], revoke: ['User.Read.All'], addRoles: ['User Administrator'] });
    expect(changed.body).toMatchObject({ permissions: expect.arrayContaining(['Directory.Read.All']), directoryRoles: ['User Administrator'] });
    expect(tenant.consent.permissions).not.toContain('User.Read.All');
    expect((await control('POST', '/consent', { grant: ['Everything.All'] })).status).toBe(400);
  });

  test('a reset puts everything back but the ids and the secret', async () => {
    const { environment, tenantId } = tenant;
    const before = tenant.users();
    await callGraph(tenant, 'PATCH', userPath(tenant.exampleUser), { body: { accountEnabled: false } });
    tenant.changeConsent({ isPresent: false });
    tenant.changeBehaviour({ effectDelayMs: 1 });
    tenant.injectFault({ status: 500 });
    expect((await control('POST', '/reset', {})).status).toBe(204);
    expect([tenant.users(), tenant.environment, tenant.tenantId, tenant.journal]).toEqual([before, environment, tenantId, []]);
    expect([tenant.behaviour.effectDelayMs, tenant.consent.isPresent]).toEqual([7, true]);
    expect((await callGraph(tenant, 'GET', '/users')).status).toBe(200);
  });

  test('nothing is changed by what a page of another site can send', async () => {
    const form = await fetch(`${tenant.origin}/control/reset`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
    expect(form.status).toBe(415);
    const { port } = new URL(tenant.origin);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpsRequest({ host: '127.0.0.1', servername: 'localhost', port, path: '/control/users', headers: { host: `rebound.example:${port}` } }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      }).on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  test('the controls are not among the routes of Graph, and the first page says what this is', async () => {
    expect((await callGraph(tenant, 'GET', '/control/users')).status).toBe(400);
    const reply = await fetch(tenant.origin);
    expect(reply.headers.get('content-type')).toContain('text/html');
    await expect(reply.text()).resolves.toMatch(/It is not Microsoft[\s\S]*\/control\/journal/);
    expect((await fetch(`${tenant.origin}/elsewhere`)).status).toBe(404);
  });
});
