import { startCommand, type Ended } from '../support/child-process.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false });
});

afterAll(() => app[Symbol.asyncDispose]());

/** Beside the running service, on its database. */
async function keys(...args: string[]): Promise<Ended> {
  await using command = startCommand(['keys', ...args], { env: { DATABASE_URL: app.database.url } });
  return await command.ended;
}

async function create(...args: string[]): Promise<{ id: string; key: string }> {
  const { code, stdout, stderr } = await keys('create', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [, key = '', id = ''] = /^(cmk_\S+)\n\nThis is (key_\S+) with the roles /.exec(stdout) ?? [];
  return { id, key };
}

const viewerOf = (key: string) => new TestClient(app.app.url, key).send<{ viewer: { roles: string[] } }>('{ viewer { roles } }');

test('a key that is made on the command line is let in by the running service, is listed without its secret, and is refused once it is revoked', async () => {
  const { id, key } = await create('--name', 'A robot', '--role', 'VIEWER', 'RESPONDER');
  expect((await viewerOf(key)).data?.viewer.roles).toEqual(['VIEWER', 'RESPONDER']);

  const { stdout: listed } = await keys('list');
  const row = listed.split('\n').find((line) => line.startsWith(id)) ?? '';
  expect(row).toMatch(/ {2}VIEWER,RESPONDER {2}valid {2}last used \d{4}-.* {2}A robot$/);
  expect(listed).not.toContain(key);
  expect(key.startsWith(/(cmk_\S+)…/.exec(row)?.[1] ?? 'no prefix')).toBe(true);

  expect(await keys('revoke', id)).toEqual({ code: 0, stdout: `${id} is revoked.\n`, stderr: '' });
  const refused = await viewerOf(key);
  expect(refused.data ?? null).toBeNull();
  expect(refused.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect((await keys('list')).stdout).toMatch(new RegExp(`^${id} .* revoked \\d{4}-`, 'm'));

  expect(await keys('revoke', id)).toEqual({ code: 1, stdout: '', stderr: `There is no API key ${id} that is still valid.\n` });
  expect((await app.admin.ask<{ viewer: { roles: string[] } }>('{ viewer { roles } }')).viewer.roles).toEqual(['ADMIN']);
});

test('a key is limited to the playbooks and connections that the command line names, and is listed with them', async () => {
  const [connectionId, other] = [await app.admin.connect(), await app.admin.connect()];
  const { id: playbookId } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: other }]);
  const { id, key } = await create('--name', 'A robot', '--playbook', playbookId, '--connection', connectionId);
  const seen = await new TestClient(app.app.url, key).ask('{ playbooks { totalCount nodes { id } } connections { id } }');
  expect(seen).toEqual({ playbooks: { totalCount: 1, nodes: [{ id: playbookId }] }, connections: [{ id: connectionId }] });
  expect((await keys('list')).stdout).toMatch(new RegExp(`^${id} .* ADMIN {2}only ${playbookId},${connectionId} {2}valid`, 'm'));
  expect(await keys('create', '--name', 'A robot', '--playbook', 'everything')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('"everything" is not the id of a playbook.') });
});

test('a key whose time is over is refused, and one whose time is to come is let in until then', async () => {
  const [over, running] = [await create('--name', 'Over', '--expires', '2998-01-31'), await create('--name', 'Running', '--expires', '2999-01-31')];
  await app.database.query(`update api_key set expires_at = '2020-01-31' where id = $1`, [over.id]);
  expect((await viewerOf(over.key)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect((await viewerOf(running.key)).data?.viewer.roles).toEqual(['ADMIN']);
  expect((await keys('list')).stdout).toMatch(new RegExp(`^${running.id} .* until 2999-01-31T00:00:00.000Z `, 'm'));
});

test.each([
  [['create', '--name', ' '], /name/],
  [['create', '--name', 'A robot', '--role', 'EMPEROR'], /'EMPEROR' is invalid\. Allowed choices are .*ADMIN/],
  [['create', '--name', 'A robot', '--expires', 'soon'], /It is not a date: write it as 2027-01-31\./],
  [['create', '--name', 'A robot', '--expires', '2020-01-31'], /A key that has expired already is of no use\./],
  [['revoke', 'robot'], /"robot" is not the id of a .*: it has the form key_ and 26 characters/],
])('%j is refused with what is wrong and exit code 1, and makes no key', async (args, complaint) => {
  const before = await app.app.apiKeys.list();
  const { code, stdout, stderr } = await keys(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(complaint);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(await app.app.apiKeys.list()).toEqual(before);
});
