import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
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
  readonly tenant: SandboxTenant;
  readonly client: TestClient;
  readonly url: string;
  /** The process of the API. */
  readonly api: OwnProcess;
  /** Starts a worker, and gives it when it works. */
  startWorker(): Promise<OwnProcess>;
  /** Starts one more process of the API, and gives its client. */
  startApi(): Promise<TestClient>;
  /** What a statement counts. */
  count(statement: string): Promise<number>;
  /** Waits until a statement gives a count that is enough. */
  until(statement: string, isEnough: (count: number) => boolean): Promise<void>;
}

export async function startService({ role = 'api', env: more = {}, fillerUsers = 0 }: { role?: 'api' | 'all'; env?: Readonly<Record<string, string>>; fillerUsers?: number } = {}): Promise<Service> {
  await using starting = new AsyncDisposableStack();
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-bench-'));
  starting.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const tenant = await startSandboxTenant({ fillerUsers });
  starting.defer(() => tenant.stop());
  const database = starting.use(await createTestDatabase());
  const observer = new pg.Client({ connectionString: database.url });
  await observer.connect();
  starting.defer(() => observer.end());
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error', NODE_EXTRA_CA_CERTS: tenant.caFile, ...tenant.environment, ...more };
  const api = await start(starting, env, role, 'Ctrl-C stops it');
  const key = readFileSync(path.join(dataDir, 'admin-key'), 'utf8').trim();
  const url = urlOf(api);
  const client = new TestClient(url, key);
  const started = starting.move();
  return {
    database,
    tenantId: tenant.tenantId,
    tenant,
    client,
    url,
    api,
    startApi: async () => new TestClient(urlOf(await start(started, env, 'api', 'Ctrl-C stops it')), key),
    startWorker: () => start(started, env, 'worker', 'is working'),
    count: (statement) => countBy(observer, statement),
    until: (statement, isEnough) => until(observer, statement, isEnough),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function urlOf({ stdout }: OwnProcess): string {
  const [, url] = /GraphQL\s+(\S+)\/graphql/.exec(stdout) ?? [];
  if (url === undefined) throw new Error(`It does not say where GraphQL is:\n${stdout}`);
  return url;
}

async function start(kept: AsyncDisposableStack, env: Readonly<Record<string, string>>, role: string, isUp: string): Promise<OwnProcess> {
  const started = kept.use(startCommand(['serve', '--role', role], { env }));
  await started.says(isUp);
  return started;
}

async function until(observer: pg.Client, statement: string, isEnough: (count: number) => boolean): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const found = await countBy(observer, statement);
    if (isEnough(found)) return;
    if (Date.now() > deadline) throw new Error(`It did not come about; at last ${statement} gave ${found}.`);
    await delay(LOOK_EVERY_MS);
  }
}

async function countBy(observer: pg.Client, statement: string): Promise<number> {
  return Number((await observer.query<{ count: string }>(statement)).rows[0]?.count);
}
