import { randomUUID } from 'node:crypto';
import entraPlugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { makeStream } from '../../bench/stream/event-stream.js';
import { faultsOf } from '../../bench/stream/exactly-once.js';
import { setScene } from '../../bench/stream/scene.js';
import { sendStream } from '../../bench/stream/send-stream.js';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { startCommand, type OwnProcess } from '../support/child-process.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTrigger, ingest } from '../support/triggers.js';
import { until } from '../support/until.js';

const EVENTS = 2_000;
const FIRED_WITHIN_MS = 100_000;

/** A worker as it runs in production, once it works. */
async function startWorker(url: string, tenant: SandboxTenant): Promise<OwnProcess> {
  const worker = startCommand(['serve', '--role', 'worker'], { env: { DATABASE_URL: url, LOG_LEVEL: 'error', NODE_EXTRA_CA_CERTS: tenant.caFile, ...tenant.environment } });
  await worker.says('is working');
  return worker;
}

async function count({ database }: TestApp, what: 'trigger_firing' | 'run' | `graphile_worker.jobs where ${string}`): Promise<number> {
  return Number((await database.query(`select count(*) from ${what}`)).rows[0]?.['count']);
}

const MATCHING_JOBS = `graphile_worker.jobs where task_identifier = 'match_events'` as const;

async function countsByApi(api: TestApp): Promise<{ events: number; runs: number; firings: number }> {
  const { events, runs, triggers } = await api.admin.ask<{ events: { totalCount: number }; runs: { totalCount: number }; triggers: { nodes: { firings: { totalCount: number } }[] } }>(
    '{ events { totalCount } runs { totalCount } triggers { nodes { firings { totalCount } } } }',
  );
  return { events: events.totalCount, runs: runs.totalCount, firings: triggers.nodes[0]?.firings.totalCount ?? 0 };
}

test(
  'of a stream in random order with duplicates, sent by several clients while a worker is killed by -9, every matching event starts every linked playbook once',
  async () => {
    await using stack = new AsyncDisposableStack();
    const tenant = await startSandboxTenant();
    stack.defer(() => tenant.stop());
    const { provider } = registerProvider({ packageName: '@countermeasure/plugin-entra-id', plugin: entraPlugin }, tenant.environment);
    const api = stack.use(await startTestApp({ runsEngine: false, registry: new Registry(provider ? [provider] : []) }));
    const nextWorker = async () => stack.use(await startWorker(api.database.url, tenant));
    const [first] = await Promise.all([nextWorker(), nextWorker()]);
    const scene = await setScene(api.admin, tenant.tenantId);
    const seed = randomUUID();
    const stream = makeStream({ events: EVENTS, users: 300, seed });
    const due = stream.matchingIds.length * scene.playbookIds.length;

    const killing = killInTheMiddle(api, first, due);
    const { accepted, duplicates, eventIds } = await sendStream(api.admin, stream, { clients: 6, batchSize: 50 });
    await killing;
    await nextWorker();
    await until(() => count(api, 'run'), (runs) => runs >= due, FIRED_WITHIN_MS);
    await until(() => count(api, MATCHING_JOBS), (jobs) => jobs === 0, FIRED_WITHIN_MS);

    const faults = await faultsOf(api.database, stream, scene);
    expect({ seed, faults: Object.entries(faults).filter(([, times]) => times !== 0) }).toEqual({ seed, faults: [] });
    expect({ seed, accepted, duplicates }).toEqual({ seed, accepted: stream.ids.length, duplicates: EVENTS - stream.ids.length });
    expect([...eventIds.values()].filter(({ size }) => size !== 1)).toEqual([]);
    expect(await countsByApi(api)).toEqual({ events: stream.ids.length, runs: due, firings: due });
  },
  240_000,
);

async function killInTheMiddle(api: TestApp, worker: OwnProcess, due: number): Promise<void> {
  await until(() => count(api, 'trigger_firing'), (firings) => firings > due / 4, FIRED_WITHIN_MS);
  await worker.end('SIGKILL');
  expect(await count(api, 'trigger_firing')).toBeLessThan(due);
}

test('an event that is matched in several places at the same instant fires once, and what came second is no firing within the cooldown', async () => {
  await using app = await startTestApp();
  const { id: playbookId } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: await app.admin.connect() }]);
  const triggers = [await createTrigger(app, { playbookIds: [playbookId], cooldown: 'PT1H' }), await createTrigger(app, { playbookIds: [playbookId] })];
  const eventIds = await ingest(app, Array.from({ length: 40 }, (_event, index) => ({ id: `s-${index}`, user: `user-${index}@contoso.example` })));
  await app.database.query(`select graphile_worker.add_job('match_events', json_build_object('eventIds', array[id])) from unnest($1::text[]) as id, generate_series(1, 3) order by id`, [eventIds]);
  await until(() => count(app, MATCHING_JOBS), (jobs) => jobs === 0, FIRED_WITHIN_MS);
  const { rows } = await app.database.query('select trigger_id, outcome, count(*)::int from trigger_firing group by 1, 2 order by 1');
  expect(rows).toEqual(triggers.map(({ id }) => ({ trigger_id: id, outcome: 'STARTED', count: eventIds.length })));
});
