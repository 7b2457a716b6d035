import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { LOG_LEVELS } from './kernel/logger.js';

const DEFAULT_PLUGINS = '@countermeasure/plugin-entra-id';

const port = z.coerce.number({ error: 'must be a port, a number from 0 to 65535' }).int().min(0).max(65_535);

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).transform((url) => url.replace(/\/+$/, ''));

/** Every variable that the service itself reads; docs/configuration.md is held against it. Plugins declare theirs. */
export const ENVIRONMENT = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
  DATA_DIR: z.string().default('.data').transform((folder) => path.resolve(folder)),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(4000),
  PUBLIC_URL: webAddress.optional(),
  PLUGINS: z.string().default(DEFAULT_PLUGINS).transform((list) => list.split(',').map((name) => name.trim()).filter((name) => name !== '')),
  WORKER_CONCURRENCY: z.coerce.number({ error: 'must be a number from 1 to 256' }).int().min(1).max(256).default(32),
  GRAPHQL_INTROSPECTION: z.enum(['on', 'off']).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

export interface Config {
  /** undefined: an embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; undefined: the address that the service listens on. */
  readonly publicUrl: string | undefined;
  readonly plugins: readonly string[];
  readonly workerConcurrency: number;
  readonly allowIntrospection: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** The variables as they are set, for the plugins to read theirs from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Everything that is wrong with the configuration, told together. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Reads the environment, with a `.env` file of the working folder below it. The one place that does. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = readEnvironment()): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = ENVIRONMENT.safeParse(set);
  if (!parsed.success) throw new ConfigurationError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL,
    dataDir: data.DATA_DIR,
    host: data.HOST,
    port: data.PORT,
    publicUrl: data.PUBLIC_URL,
    plugins: data.PLUGINS,
    workerConcurrency: data.WORKER_CONCURRENCY,
    allowIntrospection: data.GRAPHQL_INTROSPECTION === undefined ? data.DATABASE_URL === undefined : data.GRAPHQL_INTROSPECTION === 'on',
    logLevel: data.LOG_LEVEL,
    environment: set,
  };
}

function readEnvironment(): Readonly<Record<string, string | undefined>> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
