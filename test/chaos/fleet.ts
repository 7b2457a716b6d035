import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { freePort } from '../support/programs.ts';
import { until } from '../support/until.ts';
import { CRASH_POINTS } from './crash-points.ts';
import type { Cluster } from './cluster.ts';
import { Complaints } from './complaints.ts';
import type { Random } from './random.ts';
import { ServiceProcess } from './service-process.ts';

/** A process loads much code at its start, and several start at once. */
const UP_WITHIN_MS = 120_000;

/** How often, of the times that it could be told to end at a point, a process is not. Without a process of the API nothing is begun that could be lost. */
const LEFT_ALONE = { api: 0.85, worker: 0.4 };

/** How far the clock of a process may be off. Attempts and events bear the times of their process. */
export const MAX_CLOCK_SHIFT_MS = 3_000;

interface FleetOptions {
  readonly cluster: Cluster;
  readonly tenant: SandboxTenant;
  readonly dataDir: string;
  readonly random: Random;
  readonly noticeHost: string;
}

/** The processes of the service on one database, each with a clock of its own. */
export class Fleet implements AsyncDisposable {
  readonly apis: ServiceProcess[] = [];
  readonly workers: ServiceProcess[] = [];
  readonly urls: string[] = [];
  /** How often a process has ended at each crash point. */
  readonly reached = new Map<string, number>(CRASH_POINTS.map(({ name }) => [name, 0]));
  readonly complaints = new Complaints();
  private readonly secrets = { SECRETS_KEY: randomBytes(32).toString('base64'), NOTIFY_WEBHOOK_SECRET: randomBytes(24).toString('hex') };

  constructor(private readonly options: FleetOptions) {}

  async start(): Promise<void> {
    const { random } = this.options;
    const [apis, workers] = [random.between(2, 3), random.between(2, 3)];
    // The first one makes the tables and the first key.
    await this.addApi();
    for (let more = 1; more < apis; more += 1) await this.addApi();
    for (let more = 0; more < workers; more += 1) this.workers.push(this.launch('worker', `worker-${more + 1}`, {}));
  }

  /** Waits until each of them answers, or takes work. */
  async isUp(): Promise<void> {
    await Promise.all(this.urls.map(isReady));
    const count = async (): Promise<number | undefined> => (await this.options.cluster.query<{ count: number }>('select count(*)::int as count from worker_process'))[0]?.count;
    await until(count, (found) => found === this.workers.length, UP_WITHIN_MS);
  }

  get all(): readonly ServiceProcess[] {
    return [...this.apis, ...this.workers];
  }

  get adminKey(): string {
    return readFileSync(path.join(this.options.dataDir, 'admin-key'), 'utf8').trim();
  }

  /** Tells each process that has no such order to end at a point; those come first at which the fewest have ended. */
  armAll(random: Random): void {
    for (const process of this.all) {
      if (process.waitsFor !== undefined || random.happens(LEFT_ALONE[process.role])) continue;
      const others = this.all.map(({ waitsFor }) => waitsFor);
      const able = CRASH_POINTS.filter(({ role, name }) => role === process.role && !others.includes(name));
      const fewest = Math.min(...able.map(({ name }) => this.timesAt(name)));
      const { name, whileStopping } = random.oneOf(able.filter((point) => this.timesAt(point.name) === fewest));
      process.arm({ point: name, nth: whileStopping ? 1 : random.between(1, 2) });
    }
  }

  /** Nobody is to end at a point any more. */
  letGo(): void {
    for (const process of this.all) process.disarm();
  }

  private timesAt(point: string): number {
    return this.reached.get(point) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map((process) => process.end()));
  }

  private async addApi(): Promise<void> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    this.urls.push(url);
    this.apis.push(this.launch('api', `api-${this.apis.length + 1}`, { PORT: String(port), PUBLIC_URL: url }));
    await isReady(url);
  }

  private launch(role: 'api' | 'worker', name: string, env: Readonly<Record<string, string>>): ServiceProcess {
    const { cluster, tenant, dataDir, random, noticeHost } = this.options;
    return new ServiceProcess({
      role,
      name,
      env: {
        DATABASE_URL: cluster.url,
        DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
        WORKER_CONCURRENCY: '8',
        // A process that starts again has compiled its code before.
        NODE_COMPILE_CACHE: path.join(dataDir, 'compiled'),
        NODE_EXTRA_CA_CERTS: tenant.caFile,
        NOTIFY_EXTRA_HOSTS: noticeHost,
        CHAOS_CLOCK_SHIFT_MS: String(random.between(-MAX_CLOCK_SHIFT_MS, MAX_CLOCK_SHIFT_MS)),
        ...this.secrets,
        ...tenant.environment,
        ...env,
      },
      onCrashPoint: (point) => this.reached.set(point, this.timesAt(point) + 1),
      onLine: (line) => this.complaints.note(line),
    });
  }
}

function isReady(url: string): Promise<boolean> {
  return until(() => fetch(`${url}/readyz`).then(({ ok }) => ok, () => false), (isUp) => isUp, UP_WITHIN_MS);
}
