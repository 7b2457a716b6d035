import entraPlugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { startNode } from '../support/child-process.js';
import { startTestApp } from '../support/test-app.js';

/** A retry, the job of its time and what else one run needs; far fewer than a worker makes that looks again and again. */
const MOST_JOBS = 30;

test.each([-10_000, 10_000])('a worker whose clock is off by %i ms tries again when the provider said, and does not look again and again until then', async (shiftMs) => {
  await using tenant = await startSandboxTenant();
  const { provider } = registerProvider({ packageName: '@countermeasure/plugin-entra-id', plugin: entraPlugin }, tenant.environment);
  await using api = await startTestApp({ runsEngine: false, registry: new Registry(provider ? [provider] : []) });
  const connectionId = await api.admin.connect('entra-id', { tenantId: tenant.tenantId });
  const { id } = await api.admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId }]);
  tenant.injectFault({ match: { method: 'PATCH' }, times: 1, status: 429, code: 'TooManyRequests', headers: { 'retry-after': '3' } });
  await using _worker = startNode(['--disable-warning=ExperimentalWarning', '--import', './test/chaos/crash.ts', 'bin/countermeasure.js', 'serve', '--role', 'worker'], {
    env: { DATABASE_URL: api.database.url, LOG_LEVEL: 'warn', NODE_EXTRA_CA_CERTS: tenant.caFile, CHAOS_CLOCK_SHIFT_MS: String(shiftMs), ...tenant.environment },
  });
  const jobsBefore = await jobsMade();
  const runId = await api.admin.run(id, { target: { kind: 'USER', id: tenant.exampleUser } });
  expect((await api.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');

  const [refused, accepted] = tenant.journal.filter(({ method }) => method === 'PATCH').map(({ time }) => Date.parse(time));
  const waitedMs = (accepted ?? 0) - (refused ?? 0);
  expect(waitedMs).toBeGreaterThanOrEqual(3_000);
  expect(waitedMs).toBeLessThan(3_000 + Math.abs(shiftMs) / 2);
  expect((await jobsMade()) - jobsBefore).toBeLessThan(MOST_JOBS);

  async function jobsMade(): Promise<number> {
    const { rows } = await api.database.query(`select coalesce(sum(last_value), 0)::int as made from pg_sequences where schemaname = 'graphile_worker'`);
    return Number(rows[0]?.['made']);
  }
});
