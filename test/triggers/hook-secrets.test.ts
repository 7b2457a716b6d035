import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { CredentialVault } from '../../src/connections/credential-vault.js';
import { Database } from '../../src/db/database.js';
import { EventSourceStore } from '../../src/triggers/event-source.store.js';
import { rotateSourceSecrets } from '../../src/triggers/rotate-source-secrets.js';
import { createSource, postHook, sign } from '../support/hook-sender.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTestDatabase } from '../support/test-database.js';

const ROTATE = 'mutation ($input: RotateEventSourceSecretInput!) { rotateEventSourceSecret(input: $input) { secret source { previousSecretUntil } } }';
const DAY_MS = 24 * 60 * 60_000;

interface Rotated {
  readonly secret: string;
  readonly source: { readonly previousSecretUntil: string };
}

const rotate = async ({ admin }: TestApp, input: object) => (await admin.ask<{ rotateEventSourceSecret: Rotated }>(ROTATE, { input })).rotateEventSourceSecret;

let events = 0;

async function statusWith(app: TestApp, secret: string): Promise<number> {
  events += 1;
  const body = JSON.stringify({ id: `s-${events}` });
  return (await postHook(app, 'siem', body, sign(secret, body))).status;
}

test('after a rotation both secrets count for the length of the overlap, a day unless it is said, and then only the new one', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const { id, secret: first } = await createSource(app, 'siem');
  const { secret: second, source } = await rotate(app, { id });
  expect(Math.abs(Date.parse(source.previousSecretUntil) - Date.now() - DAY_MS)).toBeLessThan(60_000);
  expect([await statusWith(app, first), await statusWith(app, second)]).toEqual([202, 202]);
  await app.database.query('update event_source set previous_secret_until = now()');
  expect([await statusWith(app, first), await statusWith(app, second)]).toEqual([401, 202]);
});

test('an overlap of nothing ends the secret before at once, null is the default, and a second rotation ends the first of three secrets', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const { id, secret: first } = await createSource(app, 'siem');
  const { secret: second } = await rotate(app, { id, overlap: 'PT0S' });
  expect([await statusWith(app, first), await statusWith(app, second)]).toEqual([401, 202]);
  const { secret: third } = await rotate(app, { id, overlap: null });
  expect([await statusWith(app, second), await statusWith(app, third)]).toEqual([202, 202]);
  const { secret: fourth } = await rotate(app, { id, overlap: 'P30D' });
  expect([await statusWith(app, second), await statusWith(app, third), await statusWith(app, fourth)]).toEqual([401, 202, 202]);
});

test('only an administrator rotates, no longer than thirty days, and only a source that there is', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const { id } = await createSource(app, 'siem');
  expect((await (await app.clientWith('RESPONDER', 'AUTHOR')).refusal(ROTATE, { input: { id } })).extensions.code).toBe('FORBIDDEN');
  expect((await app.admin.refusal(ROTATE, { input: { id, overlap: 'P31D' } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'overlap'] }] });
  expect((await app.admin.refusal(ROTATE, { input: { id: 'src_01h455vb4pex5vsknk084sn02q' } })).extensions.code).toBe('NOT_FOUND');
  expect((await app.admin.refusal(ROTATE, { input: { id: 'siem' } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'id'] }] });
});

test('of rotations at the same instant each secret that counts was told to somebody, and none is lost half', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const { id } = await createSource(app, 'siem');
  const secrets = (await Promise.all(Array.from({ length: 4 }, () => rotate(app, { id })))).map(({ secret }) => secret);
  const statuses = await Promise.all(secrets.map((secret) => statusWith(app, secret)));
  expect(statuses.filter((status) => status === 202)).toHaveLength(2);
});

test('a secret is in the answer that makes it and nowhere else: not in the log, the database or another answer', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  await using app = await startTestApp({ logger });
  const { id, secret: first } = await createSource(app, 'siem');
  const { secret: second } = await rotate(app, { id });
  const body = JSON.stringify({ id: 's-1' });
  const headers = sign(second, body);
  expect((await postHook(app, 'siem', body, headers)).status).toBe(202);
  const refused = [await postHook(app, 'siem', body, headers), await postHook(app, 'siem', '{"id":', sign(first, '{"id":')), await postHook(app, 'siem', body, { ...headers, 'webhook-id': 'other' })];
  expect(refused.map(({ error }) => error?.code)).toEqual(['REPLAYED', 'MALFORMED_BODY', 'SIGNATURE_INVALID']);
  const read = await app.admin.ask(
    `query ($id: ID!) { eventSources { id name url active createdAt lastReceivedAt previousSecretUntil createdBy { ... on ApiKey { id } } }
      node(id: $id) { ... on EventSource { id name url } } events { nodes { id source payload dedupeKey } } hookRefusals { source code count lastAt } __type(name: "EventSource") { fields { name } } }`,
    { id },
  );
  const { rows } = await app.database.query('select s::text as line from event_source s union all select d::text from hook_delivery d union all select e::text from event e');
  for (const place of [lines.join(), JSON.stringify([read, refused, rows])]) {
    expect(place).toContain('siem');
    for (const secret of [first, second]) for (const part of [secret, secret.slice('whsec_'.length, -1), headers['webhook-signature'] ?? '']) expect(place).not.toContain(part);
  }
  expect(JSON.stringify(read)).not.toMatch(/secret"/i);
});

test('without SECRETS_KEY no source is made', async () => {
  await using app = await startTestApp({ runsEngine: false, secretsKeys: [] });
  const refusal = await app.admin.refusal('mutation { createEventSource(input: { name: "siem", eventType: "lab:signal" }) { source { id } } }');
  expect([refusal.extensions.code, refusal.message]).toEqual(['PRECONDITION_FAILED', expect.stringContaining('SECRETS_KEY')]);
});

test('after the keys of the service were changed and the old one was taken away, both secrets of a source still sign', async () => {
  await using database = await createTestDatabase();
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const secrets: string[] = [];
  {
    await using app = await startTestApp({ runsEngine: false, database, secretsKeys: [old] });
    const { id, secret } = await createSource(app, 'siem');
    secrets.push(secret, (await rotate(app, { id })).secret);
    await createSource(app, 'edr');
  }
  const pool = await Database.connect(new DataSource(dataSourceOptions(database.url, 2)), database.url);
  const reseal = () => rotateSourceSecrets({ database: pool, sources: new EventSourceStore(), vault: new CredentialVault([fresh, old]) });
  expect([await reseal(), await reseal()]).toEqual([2, 0]);
  await pool.close();
  await using app = await startTestApp({ runsEngine: false, database, secretsKeys: [fresh] });
  expect(await Promise.all(secrets.map((secret) => statusWith(app, secret)))).toEqual([202, 202]);
});
