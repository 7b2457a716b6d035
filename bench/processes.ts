import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startSandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { startCommand, type OwnProcess } from '../test/support/child-process.ts';
import { TestClient } from '../test/support/test-client.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.ts';

/** Seldom enough to take nothing from what is measured. */
const LOOK_EVERY_MS = 200;
const WITHIN_MS = 15 * 60_000;

/** The service as processes of its own, on a database and a sandbox tenant of their own. */
export interface Service extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly tenantId: string;
  readonly client: TestClient;
  readonly url: string;
  /** Starts a worker, and gives it when it works. */
  startWorker(): Promise<OwnProcess>;
  /** Waits until a statement gives a count that is enough. */
  until(count: string, isEnough: (count: number) => boolean): Promise<void>;
}

export async function startService({ role = 'api' }: { role?: 'api' | 'all' } = {}): Promise<Service> {
  await using starting = new AsyncDisposableStack();
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-bench-'));
  starting.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const tenant = await startSandboxTenant();
  starting.defer(() => tenant.stop());
  const database = starting.use(await createTestDatabase());
  const observer = new pg.Client({ connectionString: database.url });
  await observer.connect();
  starting.defer(() => observer.end());
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error', NODE_EXTRA_CA_CERTS: tenant.caFile, ...tenant.environment };
  const api = await start(starting, env, role, 'Ctrl-C stops it');
  const [, url = ''] = /GraphQL\s+(\S+)\/graphql/.exec(api.stdout) ?? [];
  const client = new TestClient(url, readFileSync(path.join(dataDir, 'admin-key'), 'utf8').trim());
  const started = starting.move();
  return {
    database,
    tenantId: tenant.tenantId,
    client,
    url,
    startWorker: () => start(started, env, 'worker', 'is working'),
    until: (count, isEnough) => until(observer, count, isEnough),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function start(kept: AsyncDisposableStack, env: Readonly<Record<string, string>>, role: string, isUp: string): Promise<OwnProcess> {
  const started = kept.use(startCommand(['serve', '--role', role], { env }));
  await started.says(isUp);
  return started;
}

async function until(observer: pg.Client, count: string, isEnough: (count: number) => boolean): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const found = Number((await observer.query<{ count: string }>(count)).rows[0]?.count);
    if (isEnough(found)) return;
    if (Date.now() > deadline) throw new Error(`It did not come about; at last ${count} gave ${found}.`);
    await delay(LOOK_EVERY_MS);
  }
}
