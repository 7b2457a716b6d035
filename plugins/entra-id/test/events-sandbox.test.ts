import type { EventPayload, PolledFeed } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { connectTo, failureOf } from './sandbox-connection.js';

let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await startSandboxTenant();
});

afterAll(() => tenant.stop());

beforeEach(() => {
  tenant.reset();
  tenant.changeBehaviour({ effectDelayMs: 0 });
  tenant.changeConsent({ grant: ['AuditLog.Read.All'] });
});

const { signal } = new AbortController();
const MIRA = 'mira.okafor@contoso.example';

function feedOf(id: string): PolledFeed {
  const feed = plugin.eventTypes.find((eventType) => eventType.id === id)?.feed;
  if (feed?.kind !== 'POLLED') throw new Error(`${id} is not polled.`);
  return feed;
}

/** All pages of a look. */
async function look(id: string, since: Date, firstPage?: string): Promise<EventPayload[]> {
  const events: EventPayload[] = [];
  let page = firstPage;
  do {
    const read = await feedOf(id).read({ client: connectTo(tenant), since, page, signal });
    events.push(...read.events);
    page = read.nextPage;
  } while (page !== undefined);
  return events;
}

/** A change that leaves an audit record behind. */
async function suspend(id: string): Promise<void> {
  const action = plugin.actions.find(({ name }) => name === 'suspend-user');
  const client = connectTo(tenant);
  const target = await plugin.provider.resolveTarget({ client, target: { kind: 'USER', id }, signal });
  await action?.run({ client, target, input: {}, signal, idempotencyKey: crypto.randomUUID(), progress: () => undefined });
}

describe('the audit log', () => {
  const AUDIT = 'entra-id:directory-audit';

  test('tells what was changed since, about whom, the oldest first', async () => {
    const since = new Date(Date.now() - 60_000);
    await suspend(MIRA);
    await suspend('jonas.weber@contoso.example');
    const events = await look(AUDIT, since);
    const eventType = plugin.eventTypes.find(({ id }) => id === AUDIT);
    expect(events.flatMap((event) => eventType?.targets(event) ?? []).map(({ id }) => id)).toEqual([tenant.user(MIRA).id, tenant.user('jonas.weber@contoso.example').id]);
    expect(new Set(events.map((event) => eventType?.dedupeKey(event))).size).toBe(events.length);
    expect(await look(AUDIT, new Date(Date.now() + 60_000))).toEqual([]);
  });

  test('is read page after page, by Microsoft\'s links', async () => {
    const since = new Date(Date.now() - 60_000);
    for (const id of [MIRA, 'jonas.weber@contoso.example', 'priya.raman@contoso.example']) await suspend(id);
    tenant.clearJournal();
    const bySingles = await look(AUDIT, since, `${tenant.origin}/v1.0/auditLogs/directoryAudits?$top=1&$orderby=activityDateTime&$filter=activityDateTime ge ${since.toISOString()}`);
    expect(tenant.journal.filter(({ kind }) => kind === 'directory-audits').length).toBe(bySingles.length);
    expect(bySingles).toEqual(await look(AUDIT, since));
  });

  test('names the permission that is missing', async () => {
    tenant.changeConsent({ revoke: ['AuditLog.Read.All'] });
    expect(await failureOf(look(AUDIT, new Date()))).toMatchObject({ code: 'PERMISSION_MISSING', concernsConnection: true });
  });

  test('waits as long as Microsoft asks', async () => {
    tenant.injectFault({ match: { path: 'directoryAudits' }, times: 1, status: 429, headers: { 'Retry-After': '7' } });
    expect(await failureOf(look(AUDIT, new Date()))).toMatchObject({ code: 'THROTTLED', retryable: true, retryAfterMs: 7_000 });
  });
});
