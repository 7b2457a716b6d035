import type { FastifyInstance } from 'fastify';
import { createGuard, type GuardOptions } from './app-guard.js';
import type { Authenticator } from './auth/authenticator.js';
import type { SignInLedger } from './auth/sign-in-ledger.js';
import type { Database } from './db/database.js';
import { DOOR_LIMITS } from './graphql/limits.js';
import { serveHealth } from './http/health.js';
import { serveMetrics } from './http/metrics.js';
import { createHttpServer } from './http/server.js';
import type { Metrics } from './kernel/metrics.js';

export interface WorkerDoorOptions extends GuardOptions {
  /** What a scraper may present instead of a key; undefined: only keys count. */
  readonly metricsToken: string | undefined;
  /** Where a process that serves no API answers for its health and metrics; undefined: nowhere. */
  readonly workerDoor?: { readonly host: string; readonly port: number } | undefined;
  readonly servesApi: boolean;
}

interface Core {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly authenticator: Authenticator;
  readonly signIns: SignInLedger;
  readonly refreshMetrics: () => Promise<void>;
}

/** Health and metrics of a worker process, and nothing else. */
export class WorkerDoor {
  private isStopping = false;

  private constructor(
    private readonly server: FastifyInstance,
    private readonly address: { readonly host: string; readonly port: number },
  ) {}

  /** undefined: this process has none. */
  static create(options: WorkerDoorOptions, core: Core): WorkerDoor | undefined {
    if (options.servesApi || !options.workerDoor) return undefined;
    const { database, metrics, authenticator, signIns, refreshMetrics } = core;
    const guard = createGuard(options, { metrics, authenticate: (authorization) => authenticator.authenticate(authorization), onRefusedSignIn: signIns.refuse });
    const server = createHttpServer({ ...guard, logger: options.logger, limits: DOOR_LIMITS, isHttps: false, trustedProxies: options.trustedProxies });
    server.addHook('onClose', () => guard.refusals.flush());
    const door = new WorkerDoor(server, options.workerDoor);
    serveHealth(server, { database, isStopping: () => door.isStopping });
    serveMetrics(server, { ...guard, refresh: refreshMetrics, token: options.metricsToken });
    return door;
  }

  async open(): Promise<void> {
    await this.server.listen(this.address);
  }

  /** From now on it is told that the process stops. */
  tellStopping(): void {
    this.isStopping = true;
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}
