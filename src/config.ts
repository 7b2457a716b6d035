import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { OIDC_VARIABLES, oidcProblems, toOidcSettings, type OidcSettings } from './auth/oidc-settings.js';
import type { RateLimitSettings } from './auth/rate-limits.js';
import type { PaceOverrides } from './connections/pace-settings.js';
import { isProxyList } from './kernel/client-address.js';
import { rememberSecret } from './kernel/redact.js';
import { LOG_LEVELS } from './kernel/logger.js';

const DEFAULT_PLUGINS = '@countermeasure/plugin-entra-id,@countermeasure/plugin-notify';

/** Digits alone: Number() would also take a blank for 0, which is a port, and 4e3. */
const wholeNumber = (from: number, to: number, error: string) =>
  z.string().trim().regex(/^\d+$/, { error }).transform(Number).pipe(z.number({ error }).min(from, { error }).max(to, { error }));

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).transform((url) => url.replace(/\/+$/, ''));

/** Keys of 32 bytes in base64 with commas between. Its faults are told without the value. */
const secretsKeys = z.string().transform((list, context): Uint8Array[] => {
  const keys = list.split(',').map((text) => Buffer.from(text.trim(), 'base64'));
  if (keys.every(({ length }) => length === 32)) return keys;
  context.addIssue({ code: 'custom', message: 'must be keys of 32 bytes in base64, with commas between; make one by: openssl rand -base64 32' });
  return z.NEVER;
});

const operationsPerMinute = wholeNumber(0, 1_000_000_000, 'must be a number from 0, which means no limit, to 1000000000');

const proxies = z.string().transform((list) => list.split(',').map((proxy) => proxy.trim()).filter((proxy) => proxy !== ''))
  .refine(isProxyList, { error: 'must be addresses or networks such as 10.0.0.0/8, with commas between' });

/** As browsers send them, with commas between. */
const origins = z.string().transform((list, context): string[] => {
  const named = list.split(',').map((text) => text.trim()).filter((text) => text !== '');
  const isWrong = named.some((text) => !URL.canParse(text) || !/^https?:/.test(text) || new URL(text).origin !== text.toLowerCase().replace(/\/$/, ''));
  if (!isWrong) return named.map((text) => new URL(text).origin);
  context.addIssue({ code: 'custom', message: 'must be origins such as https://soc.contoso.example, with commas between' });
  return z.NEVER;
});

/** Every variable that the service itself reads; docs/configuration.md is held against it. Plugins declare theirs. */
export const ENVIRONMENT = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
  DATABASE_DIRECT_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// address' }).optional(),
  DATA_DIR: z.string().default('.data').transform((folder) => path.resolve(folder)),
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 'must be a port, a number from 0 to 65535').default(4000),
  PUBLIC_URL: webAddress.optional(),
  PLUGINS: z.string().default(DEFAULT_PLUGINS).transform((list) => list.split(',').map((name) => name.trim()).filter((name) => name !== '')),
  SECRETS_KEY: secretsKeys.optional(),
  ...OIDC_VARIABLES,
  ALLOWED_ORIGINS: origins.default([]),
  EVENT_RETENTION_DAYS: wholeNumber(1, 3_650, 'must be a number of days from 1 to 3650').default(90),
  WORKER_CONCURRENCY: wholeNumber(1, 256, 'must be a number from 1 to 256').default(32),
  CONNECTION_CONCURRENCY: wholeNumber(1, 1_000, 'must be a number from 1 to 1000').optional(),
  CONNECTION_STARTS_PER_SECOND: wholeNumber(1, 100_000, 'must be a number from 1 to 100000').optional(),
  WORKER_HTTP_HOST: z.string().default('127.0.0.1'),
  WORKER_HTTP_PORT: wholeNumber(1, 65_535, 'must be a port, a number from 1 to 65535').optional(),
  TRUSTED_PROXIES: proxies.default([]),
  RATE_LIMIT_QUERIES_PER_MINUTE: operationsPerMinute.default(120_000),
  RATE_LIMIT_MUTATIONS_PER_MINUTE: operationsPerMinute.default(30_000),
  RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE: operationsPerMinute.default(60),
  RATE_LIMIT_REFUSED_OPERATIONS_PER_MINUTE: operationsPerMinute.default(120),
  METRICS_TOKEN: z.string().regex(/^[\x21-\x7e]{24,}$/, { error: 'must have at least 24 characters, none of them a blank' }).optional(),
  GRAPHQL_INTROSPECTION: z.enum(['on', 'off'], { error: 'must be on or off' }).optional(),
  PROVIDER_EXTRA_HOSTS: z.string().transform((list) => list.split(',').map((host) => host.trim()).filter((host) => host !== '')).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().default('countermeasure'),
  OTEL_TRACES_SAMPLER_ARG: z.string().regex(/^(0(\.\d+)?|1(\.0+)?)$/, { error: 'must be a share from 0 to 1, such as 0.1' }).transform(Number).default(1),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
});

/** Where traces are sent, and how many of them. */
export interface TracingSettings {
  readonly endpoint: string;
  readonly serviceName: string;
  readonly sampledShare: number;
}

export interface Config {
  /** undefined: an embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Where sessions that live on are opened: databaseUrl unless that leads to a pooler. */
  readonly databaseDirectUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end; undefined: the address that the service listens on. */
  readonly publicUrl: string | undefined;
  readonly plugins: readonly string[];
  /** The first one encrypts; the others only decrypt. */
  readonly secretsKeys: readonly Uint8Array[];
  /** undefined: nobody signs in by tokens, only by API keys. */
  readonly oidc: OidcSettings | undefined;
  /** Other origins whose pages may use the API in a browser. */
  readonly allowedOrigins: readonly string[];
  /** How long received events are kept that started no run. */
  readonly eventRetentionDays: number;
  readonly workerConcurrency: number;
  /** How fast tenants may be called, whatever the plugins say. */
  readonly paceOverrides: PaceOverrides;
  /** Where a process that serves no API answers for its health and metrics; undefined: nowhere. */
  readonly workerDoor: { readonly host: string; readonly port: number } | undefined;
  /** Whose X-Forwarded-For counts. */
  readonly trustedProxies: readonly string[];
  readonly rateLimits: RateLimitSettings;
  /** What may be presented at /metrics instead of a key. */
  readonly metricsToken: string | undefined;
  /** Hosts that every provider may reach beside its own, wherever they are. */
  readonly providerExtraHosts: readonly string[];
  /** undefined: nothing is traced. */
  readonly tracing: TracingSettings | undefined;
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
  const { config, problems } = checkConfig(environment);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

/** As `readConfig`, for whoever has more to look at before all the faults are told: here a faulty variable counts as not set. */
export function checkConfig(environment: Readonly<Record<string, string | undefined>> = readEnvironment()): { config: Config; problems: readonly string[] } {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  rememberSecretsOf(set);
  const { error } = ENVIRONMENT.safeParse(set);
  const together = [...oidcProblems(set), ...databaseProblems(set)];
  if (!error) return { config: toConfig(set), problems: together };
  const faulty = error.issues.map(({ path: [variable] }) => variable);
  const sound = Object.fromEntries(Object.entries(set).filter(([variable]) => !faulty.includes(variable)));
  return { config: toConfig(sound), problems: [...error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`), ...together] };
}

function toConfig(set: Readonly<Record<string, string | undefined>>): Config {
  const data = ENVIRONMENT.parse(set);
  return {
    databaseUrl: data.DATABASE_URL,
    databaseDirectUrl: data.DATABASE_DIRECT_URL ?? data.DATABASE_URL,
    redisUrl: data.REDIS_URL,
    dataDir: data.DATA_DIR,
    host: data.HOST,
    port: data.PORT,
    publicUrl: data.PUBLIC_URL,
    plugins: data.PLUGINS,
    secretsKeys: data.SECRETS_KEY ?? [],
    oidc: toOidcSettings(data),
    allowedOrigins: data.ALLOWED_ORIGINS,
    eventRetentionDays: data.EVENT_RETENTION_DAYS,
    workerConcurrency: data.WORKER_CONCURRENCY,
    paceOverrides: { concurrency: data.CONNECTION_CONCURRENCY, startsPerSecond: data.CONNECTION_STARTS_PER_SECOND },
    workerDoor: data.WORKER_HTTP_PORT === undefined ? undefined : { host: data.WORKER_HTTP_HOST, port: data.WORKER_HTTP_PORT },
    trustedProxies: data.TRUSTED_PROXIES,
    rateLimits: {
      queriesPerMinute: data.RATE_LIMIT_QUERIES_PER_MINUTE,
      mutationsPerMinute: data.RATE_LIMIT_MUTATIONS_PER_MINUTE,
      failedSignInsPerMinute: data.RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE,
      refusedOperationsPerMinute: data.RATE_LIMIT_REFUSED_OPERATIONS_PER_MINUTE,
    },
    metricsToken: data.METRICS_TOKEN,
    providerExtraHosts: data.PROVIDER_EXTRA_HOSTS ?? [],
    tracing: data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : { endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: data.OTEL_SERVICE_NAME, sampledShare: data.OTEL_TRACES_SAMPLER_ARG },
    allowIntrospection: data.GRAPHQL_INTROSPECTION === undefined ? data.DATABASE_URL === undefined : data.GRAPHQL_INTROSPECTION === 'on',
    logLevel: data.LOG_LEVEL,
    environment: set,
  };
}

function databaseProblems(set: Readonly<Record<string, string | undefined>>): string[] {
  return set['DATABASE_DIRECT_URL'] !== undefined && set['DATABASE_URL'] === undefined ? ['DATABASE_DIRECT_URL: needs DATABASE_URL beside it'] : [];
}

/** By their names, because plugins bring variables of their own; of an address, the password in it. */
function rememberSecretsOf(set: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(set)) {
    if (/SECRET|PASSWORD|TOKEN|CREDENTIAL|KEY|HEADERS/.test(name) && !/_(PATH|FILE|AT|DIR|HOSTS?)$/.test(name)) [value, ...value.split(',')].forEach(rememberSecret);
    if (!URL.canParse(value)) continue;
    const { password } = new URL(value);
    rememberSecret(password);
    rememberSecret(decoded(password));
  }
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password; // not percent-encoded: whoever needs it decoded says so
  }
}

function readEnvironment(): Readonly<Record<string, string | undefined>> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
