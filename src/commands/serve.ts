import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { startApp, type App } from '../app.js';
import { checkConfig, ConfigurationError, type Config } from '../config.js';
import { createLogger, type Logger } from '../kernel/logger.js';
import { announce } from './announce.js';
import { startTracing } from './start-tracing.js';
import { openDatabase } from './open-database.js';
import { secretsKeysOf } from './secrets-keys.js';
import { openRegistry, type OpenedRegistry } from './open-registry.js';

export const PROCESS_ROLES = ['all', 'api', 'worker'] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];

/** A service that was started, with all that it stands on. */
export interface RunningService {
  readonly app: App;
  readonly opened: OpenedRegistry;
  readonly isEmbedded: boolean;
  /** The first admin key, when this start made it. */
  readonly adminKey: string | undefined;
  stop(): Promise<void>;
}

/** Where a process listens. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** Runs until it is told to stop. */
export async function serve(role: ProcessRole): Promise<void> {
  const config = await readWholeConfig();
  const logger = createLogger(config.logLevel);
  const service = await startService(config, logger, role);
  announce(config, { ...service, url: service.app.url, servesApi: role !== 'worker', sandboxes: service.opened.sandboxes });
  stopOnSignal(service, logger);
}

/** What is wrong with the plugins and their variables is told beside what is wrong with ours, so that it is mended in one go. */
async function readWholeConfig(): Promise<Config> {
  const { config, problems } = checkConfig();
  if (problems.length === 0) return config;
  try {
    const opened = await openRegistry(config, createLogger('silent'), { mayStartSandboxes: false });
    await opened.close();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError([...problems, ...error.problems]);
  }
  throw new ConfigurationError(problems);
}

export async function startService(config: Config, logger: Logger, role: ProcessRole): Promise<RunningService> {
  const door = role === 'worker' ? config.workerDoor : config;
  if (door) await requirePort(door);
  await using starting = new AsyncDisposableStack();
  const opened = await openRegistry(config, logger, { mayStartSandboxes: true });
  starting.defer(() => opened.close());
  if (role !== 'all' && opened.sandboxes.length > 0) {
    throw new ConfigurationError(opened.sandboxes.map(({ title }) => `A sandbox of ${title} lives in one process: configure the provider, or start with --role all.`));
  }
  starting.defer(await startTracing(config.tracing, logger));
  const database = await openDatabase(config, logger);
  starting.defer(() => database.close());
  const app = await startApp({
    ...config,
    databaseUrl: database.url,
    databaseDirectUrl: database.directUrl,
    secretsKeys: secretsKeysOf(config),
    registry: opened.registry,
    logger,
    servesApi: role !== 'worker',
    runsEngine: role !== 'api',
    onLivenessLost: (cause) => {
      logger.fatal({ err: cause }, 'The database is gone: a worker that cannot prove that it lives must stop. Start the service again.');
      process.exit(1);
    },
  }).catch((error: unknown) => {
    throw explainPort(error, door ?? config);
  });
  app.metrics.watchProcess();
  starting.defer(() => app.stop());
  const adminKey = role === 'worker' ? undefined : await keepFirstKey(app, config);
  const started = starting.move();
  return { app, opened, isEmbedded: database.isEmbedded, adminKey, stop: () => started.disposeAsync() };
}

/** Made once per database, shown once, and kept in a file that only its owner reads. */
async function keepFirstKey(app: App, { dataDir }: Config): Promise<string | undefined> {
  const created = await app.apiKeys.createFirst();
  if (!created) return undefined;
  mkdirSync(dataDir, { recursive: true });
  const file = path.join(dataDir, 'admin-key');
  writeFileSync(file, `${created.text}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return created.text;
}

/** Asked before anything is started: a second start by mistake must not take up runs just to find that it cannot listen. */
async function requirePort({ host, port }: Address): Promise<void> {
  const probe = net.createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen(port, host, resolve);
    });
  } catch (error) {
    throw explainPort(error, { host, port });
  }
  await new Promise((resolve) => probe.close(resolve));
}

function explainPort(error: unknown, { host, port }: Address): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new Error(`Another program is using port ${port} on ${host}. Stop it, or choose another port: PORT=4001 npm start`);
  if (code === 'EACCES') return new Error(`This user may not open port ${port} on ${host}. Choose one above 1023: PORT=4000 npm start`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new Error(`HOST=${host} is not an address of this machine.`);
  return error;
}

function stopOnSignal(service: RunningService, logger: Logger): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'Stopping: running steps may end, the rest is kept for the next start.');
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'The service did not stop cleanly.');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
