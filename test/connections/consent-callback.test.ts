import pg from 'pg';
import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';

/** An unconsented connection with a step that needs Lab.All, and a link that somebody was given. */
async function prepare(app: TestApp) {
  app.lab.check = () => ({ granted: [], tenantId: 'tenant-1' });
  const connectionId = await app.admin.connect();
  await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  return connectionId;
}

async function stateOf(client: TestClient, connectionId: string): Promise<string> {
  const { node } = await client.ask<{ node: { consent: { url: string } } }>('query ($id: ID!) { node(id: $id) { ... on Connection { consent { url } } } }', { id: connectionId });
  return new URL(node.consent.url).searchParams.get('state') ?? '';
}

async function sql<Row extends object>(app: TestApp, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: app.database.url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

const everything = (app: TestApp, connectionId: string) =>
  sql(app, 'select c.*, k.* from connection c left join connection_check k on k.connection_id = c.id where c.id = $1', [connectionId]);

async function answer(app: TestApp, parameters: Record<string, string>, init: RequestInit = {}) {
  const response = await fetch(`${app.app.url}/consent/callback?${new URLSearchParams(parameters).toString()}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('a good answer checks the permissions at once and shows them', async () => {
  await using app = await startTestApp();
  const connectionId = await prepare(app);
  const state = await stateOf(app.admin, connectionId);
  app.lab.check = () => ({ granted: ['Lab.All'], tenantId: 'tenant-1' });

  const page = await answer(app, { admin_consent: 'True', tenant: 'tenant-1', state });

  expect(page.status).toBe(200);
  expect(page.text).toContain('<h1>Access granted</h1>');
  expect(page.text).toContain('Lab.All');
  expect(page.text).toContain('Lab Chief');
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('what the provider lets work only later is told as on its way, and found without anybody asking', async () => {
  await using app = await startTestApp();
  const connectionId = await prepare(app);
  const page = await answer(app, { tenant: 'tenant-1', state: await stateOf(app.admin, connectionId) });
  expect(page.text).toContain('<h1>Accepted, and on its way</h1>');
  app.lab.check = () => ({ granted: ['Lab.All'], tenantId: 'tenant-1' });
  await sql(app, `update graphile_worker._private_jobs set run_at = now() where key = $1`, [`check:${connectionId}`]);
  const status = async () => (await app.admin.ask<{ node: { consent: { status: string } } }>('query ($id: ID!) { node(id: $id) { ... on Connection { consent { status } } } }', { id: connectionId })).node.consent.status;
  const deadline = Date.now() + 20_000;
  while ((await status()) !== 'GRANTED') if (Date.now() > deadline) throw new Error(`It is still ${await status()}.`);
});

test.each([
  ['without a state', async () => ({}), 'This link is not known here.'],
  ['with a guessed state', async () => ({ state: 'guessed' }), 'This link is not known here.'],
  ['with a state that was used', async (app: TestApp, id: string) => {
    const state = await stateOf(app.admin, id);
    await answer(app, { state, error: 'access_denied' });
    return { state };
  }, 'This link was used before.'],
  ['with a state that has expired', async (app: TestApp, id: string) => {
    const state = await stateOf(app.admin, id);
    await sql(app, `update consent_request set expires_at = now() - interval '1 second'`);
    return { state };
  }, 'This link has expired.'],
  ['of somebody whose key was revoked since', async (app: TestApp, id: string) => {
    const state = await stateOf(await app.clientWith('AUTHOR'), id);
    await sql(app, `update api_key set revoked_at = now() where 'AUTHOR' = any(roles)`);
    return { state };
  }, 'This link is not valid any more.'],
  ['of another tenant', async (app: TestApp, id: string) => ({ state: await stateOf(app.admin, id), tenant: 'tenant-2' }), 'That was another tenant.'],
  ['with an error of the provider', async (app: TestApp, id: string) => ({ state: await stateOf(app.admin, id), error: 'access_denied', admin_consent: 'True' }), 'Access was not granted.'],
])('an answer %s shows a page that says what to do, and changes nothing', async (_how, parametersOf, title) => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await prepare(app);
  const before = await everything(app, connectionId);
  const parameters: Record<string, string> = { admin_consent: 'True', tenant: 'tenant-1', ...(await parametersOf(app, connectionId)) };

  const page = await answer(app, parameters);

  expect(page.status).toBe(400);
  expect(page.text).toContain(`<h1>${title}</h1>`);
  expect(page.text).toMatch(/new link|Ask for a new link|Open a new link|open a new link/i);
  const after = await everything(app, connectionId);
  const lasting = (rows: object[]) => rows.map((row) => ({ ...row, checked_at: undefined, latency_ms: undefined, privileged_role_checked_at: undefined }));
  expect(lasting(after)).toEqual(lasting(before));
});

test('of two answers with one state at the same instant, one is refused', async () => {
  await using app = await startTestApp();
  const connectionId = await prepare(app);
  app.lab.check = () => ({ granted: ['Lab.All'], tenantId: 'tenant-1' });
  const state = await stateOf(app.admin, connectionId);
  const pages = await Promise.all([1, 2, 3, 4].map(() => answer(app, { tenant: 'tenant-1', state })));
  expect(pages.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
});

test('looking at the address by HEAD or POST uses no link up', async () => {
  await using app = await startTestApp();
  const connectionId = await prepare(app);
  app.lab.check = () => ({ granted: ['Lab.All'], tenantId: 'tenant-1' });
  const state = await stateOf(app.admin, connectionId);
  for (const method of ['HEAD', 'POST']) expect((await answer(app, { tenant: 'tenant-1', state }, { method })).status).toBe(404);
  expect((await answer(app, { tenant: 'tenant-1', state })).status).toBe(200);
});

test('nothing that comes with an answer, or that a provider says, is taken for markup', async () => {
  await using app = await startTestApp();
  const connectionId = await prepare(app);
  await app.admin.ask('mutation ($i: UpdateConnectionInput!) { updateConnection(input: $i) { connection { id } } }', { i: { id: connectionId, revision: 1, name: '<script>alert(1)</script>' } });
  app.lab.check = () => {
    throw new ActionError('BROKEN', '<img src=x onerror=alert(2)>');
  };
  const page = await answer(app, { state: await stateOf(app.admin, connectionId), tenant: '"><svg onload=alert(3)>' });
  expect(page.text).not.toMatch(/<script>|<img|<svg/);
  const other = await answer(app, { state: '<b>x</b>', error: '<i>' });
  expect(other.text).not.toMatch(/<b>x|<i>/);
});

test('whoever may not ask for consent gets no link, and each request gets a new one, however often it names it', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await prepare(app);
  const viewer = await app.clientWith('VIEWER');
  const read = (client: TestClient) => client.ask<{ a: { consent: { url: string | null } }[]; b: { consent: { url: string | null } }[] }>('{ a: connections { consent { url } } b: connections { consent { url } } }');
  expect((await read(viewer)).a[0]?.consent.url).toBeNull();
  const first = await read(app.admin);
  expect(first.a[0]?.consent.url).toBe(first.b[0]?.consent.url);
  expect((await read(app.admin)).a[0]?.consent.url).not.toBe(first.a[0]?.consent.url);
  expect(connectionId).toMatch(/^con_/);
});
