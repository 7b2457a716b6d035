import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, readConfig } from '../../src/config.js';
import { LOG_LEVELS } from '../../src/kernel/logger.js';

const ROOT = path.join(import.meta.dirname, '../..');
const [NEWER_KEY, OLDER_KEY] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const A_DATABASE = 'postgres://app:hunter2@db.example:5432/countermeasure';

/** The first two cells of each row of the service's own table, without their marks. */
function documentedDefaults(): Record<string, string> {
  const [, table = ''] = /^## The service\n([^]*?)^## /m.exec(readFileSync(path.join(ROOT, 'docs/configuration.md'), 'utf8')) ?? [];
  return Object.fromEntries([...table.matchAll(/^\| `([A-Z_]+)` \| ([^|]*?) \|/gm)].map(([, name = '', cell = '']) => [name, cell.replaceAll('`', '')]));
}

const isSet = (value: string | undefined): boolean => value !== undefined;

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

test('without any variable the service runs on what docs/configuration.md says', () => {
  const config = readConfig({});
  const documented = documentedDefaults();
  expect({
    DATABASE_URL: config.databaseUrl ?? 'an embedded PostgreSQL under DATA_DIR',
    DATABASE_DIRECT_URL: [config.databaseDirectUrl, 'DATABASE_URL'].find(isSet),
    REDIS_URL: [config.redisUrl, 'LISTEN and NOTIFY of the database'].find(isSet),
    DATA_DIR: path.relative(process.cwd(), config.dataDir),
    HOST: config.host,
    PORT: String(config.port),
    PUBLIC_URL: config.publicUrl ?? 'the address listened on',
    PLUGINS: config.plugins.join(),
    SECRETS_KEY: config.secretsKeys.length === 0 ? documented['SECRETS_KEY'] : 'some key',
    EVENT_RETENTION_DAYS: String(config.eventRetentionDays),
    WORKER_CONCURRENCY: String(config.workerConcurrency),
    WORKER_HTTP_HOST: readConfig({ WORKER_HTTP_PORT: '4100' }).workerDoor?.host,
    WORKER_HTTP_PORT: String(config.workerDoor?.port).replace('undefined', 'none'),
    TRUSTED_PROXIES: config.trustedProxies.join() || 'none',
    RATE_LIMIT_QUERIES_PER_MINUTE: String(config.rateLimits.queriesPerMinute),
    RATE_LIMIT_MUTATIONS_PER_MINUTE: String(config.rateLimits.mutationsPerMinute),
    RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE: String(config.rateLimits.failedSignInsPerMinute),
    RATE_LIMIT_REFUSED_OPERATIONS_PER_MINUTE: String(config.rateLimits.refusedOperationsPerMinute),
    METRICS_TOKEN: config.metricsToken ?? 'none',
    GRAPHQL_INTROSPECTION: `${config.allowIntrospection ? 'on' : 'off'} with the embedded database, else ${readConfig({ DATABASE_URL: A_DATABASE }).allowIntrospection ? 'on' : 'off'}`,
    LOG_LEVEL: config.logLevel,
  }).toEqual(documented);
});

test('what is set is what is used', () => {
  const environment = {
    DATABASE_URL: A_DATABASE,
    DATABASE_DIRECT_URL: 'postgres://app@direct.example/app',
    REDIS_URL: 'rediss://redis.example:6380',
    DATA_DIR: '/var/lib/countermeasure',
    HOST: '0.0.0.0',
    PORT: '8443',
    PUBLIC_URL: 'https://countermeasure.example/soar//',
    PLUGINS: ' @acme/one , ,@acme/two,',
    SECRETS_KEY: `${NEWER_KEY.toString('base64')}, ${OLDER_KEY.toString('base64')}`,
    OIDC_ISSUER: 'https://login.contoso.example/tenant/',
    OIDC_AUDIENCE: 'api://countermeasure',
    OIDC_ROLES_CLAIM: 'groups',
    OIDC_ROLE_MAP: 'soc=RESPONDER, soc=APPROVER,cn=leads=ADMIN,',
    OIDC_CLIENT_ID: 'console',
    OIDC_SCOPE: 'openid api://countermeasure/access',
    ALLOWED_ORIGINS: 'https://soc.contoso.example, http://127.0.0.1:5173/',
    EVENT_RETENTION_DAYS: '30',
    WORKER_CONCURRENCY: '256',
    CONNECTION_CONCURRENCY: '7',
    CONNECTION_STARTS_PER_SECOND: '9',
    WORKER_HTTP_HOST: '10.0.0.7',
    WORKER_HTTP_PORT: '4100',
    TRUSTED_PROXIES: '127.0.0.1, 2001:db8::/32 ,loopback',
    RATE_LIMIT_QUERIES_PER_MINUTE: '0',
    RATE_LIMIT_MUTATIONS_PER_MINUTE: '7',
    RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE: '8',
    RATE_LIMIT_REFUSED_OPERATIONS_PER_MINUTE: '9',
    METRICS_TOKEN: 'a-token-of-enough-characters',
    PROVIDER_EXTRA_HOSTS: ' proxy.internal:3128, ,graph.internal',
    GRAPHQL_INTROSPECTION: 'on',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/',
    OTEL_SERVICE_NAME: 'soar',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    LOG_LEVEL: 'trace',
  };
  expect(readConfig(environment)).toEqual({
    databaseUrl: A_DATABASE,
    databaseDirectUrl: 'postgres://app@direct.example/app',
    redisUrl: 'rediss://redis.example:6380',
    dataDir: '/var/lib/countermeasure',
    host: '0.0.0.0',
    port: 8443,
    publicUrl: 'https://countermeasure.example/soar',
    plugins: ['@acme/one', '@acme/two'],
    secretsKeys: [NEWER_KEY, OLDER_KEY],
    oidc: {
      issuer: 'https://login.contoso.example/tenant/',
      audience: 'api://countermeasure',
      rolesClaim: 'groups',
      roleMap: new Map([['soc', ['RESPONDER', 'APPROVER']], ['cn=leads', ['ADMIN']]]),
      console: { clientId: 'console', scope: 'openid api://countermeasure/access' },
    },
    allowedOrigins: ['https://soc.contoso.example', 'http://127.0.0.1:5173'],
    eventRetentionDays: 30,
    workerConcurrency: 256,
    paceOverrides: { concurrency: 7, startsPerSecond: 9 },
    workerDoor: { host: '10.0.0.7', port: 4100 },
    trustedProxies: ['127.0.0.1', '2001:db8::/32', 'loopback'],
    rateLimits: { queriesPerMinute: 0, mutationsPerMinute: 7, failedSignInsPerMinute: 8, refusedOperationsPerMinute: 9 },
    metricsToken: 'a-token-of-enough-characters',
    providerExtraHosts: ['proxy.internal:3128', 'graph.internal'],
    tracing: { endpoint: 'http://127.0.0.1:4318', serviceName: 'soar', sampledShare: 0.25 },
    allowIntrospection: true,
    logLevel: 'trace',
    environment,
  });
});

test('introspection can be switched off on the embedded database', () => {
  expect(readConfig({ GRAPHQL_INTROSPECTION: 'off' }).allowIntrospection).toBe(false);
});

test('an empty value counts as not set, for the service and for what the plugins read', () => {
  const names = [...Object.keys(documentedDefaults()), 'ENTRA_CLIENT_ID', 'ENTRA_CLIENT_SECRET'];
  expect(names.length).toBeGreaterThan(9);
  const config = readConfig(Object.fromEntries(names.map((name) => [name, ''])));
  expect(config).toEqual(readConfig({}));
  expect(config.environment).toEqual({});
});

test('a relative data folder is meant from the working folder', () => {
  expect(readConfig({ DATA_DIR: 'elsewhere' }).dataDir).toBe(path.join(process.cwd(), 'elsewhere'));
});

test('every fault is told at once, each with its variable, in one message that can be read', () => {
  const problems = problemsOf({ DATABASE_URL: 'mysql://db.example/app', PORT: '65536', PUBLIC_URL: 'ftp://countermeasure.example', SECRETS_KEY: 'c2hvcnQ=', WORKER_CONCURRENCY: '0', GRAPHQL_INTROSPECTION: 'yes', LOG_LEVEL: 'loud' });
  expect(problems).toEqual([
    'DATABASE_URL: must be a postgres:// address',
    'PORT: must be a port, a number from 0 to 65535',
    'PUBLIC_URL: must be an http:// or https:// address',
    'SECRETS_KEY: must be keys of 32 bytes in base64, with commas between; make one by: openssl rand -base64 32',
    'WORKER_CONCURRENCY: must be a number from 1 to 256',
    'GRAPHQL_INTROSPECTION: must be on or off',
    `LOG_LEVEL: must be one of ${LOG_LEVELS.join(', ')}`,
  ]);
  expect(new ConfigurationError(problems).message).toBe(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
});

const ISSUER = { OIDC_ISSUER: 'https://login.contoso.example', OIDC_AUDIENCE: 'api://countermeasure' };

test('with an issuer and nothing else, the claim roles holds the names of our roles, and the console takes keys only', () => {
  const { oidc } = readConfig(ISSUER);
  expect(oidc).toMatchObject({ rolesClaim: 'roles', console: undefined });
  expect([...(oidc?.roleMap ?? [])]).toEqual(['VIEWER', 'RESPONDER', 'APPROVER', 'AUTHOR', 'ADMIN'].map((role) => [role, [role]]));
  expect(readConfig({ ...ISSUER, OIDC_CLIENT_ID: 'console' }).oidc?.console).toEqual({ clientId: 'console', scope: 'openid profile email' });
});

test.each([
  [{ OIDC_ISSUER: ISSUER.OIDC_ISSUER }, /^OIDC_AUDIENCE: must be set beside/],
  [{ OIDC_AUDIENCE: ISSUER.OIDC_AUDIENCE }, /^OIDC_ISSUER: must be set beside/],
  [{ OIDC_CLIENT_ID: 'console' }, /^OIDC_CLIENT_ID: needs OIDC_ISSUER/],
  [{ ...ISSUER, OIDC_ISSUER: 'http://login.contoso.example' }, /^OIDC_ISSUER: must be an https/],
  [{ ...ISSUER, OIDC_ISSUER: 'http://127.0.0.1.evil.example' }, /^OIDC_ISSUER: must be an https/],
  [{ ...ISSUER, OIDC_ISSUER: 'https://user:password@login.contoso.example' }, /^OIDC_ISSUER: must be an https/],
  [{ ...ISSUER, OIDC_ISSUER: 'https://login.microsoftonline.com/organizations/v2.0' }, /^OIDC_ISSUER: must name one tenant/],
  [{ ...ISSUER, OIDC_ROLE_MAP: 'soc=BOSS' }, /^OIDC_ROLE_MAP: must be value=ROLE/],
  [{ ...ISSUER, OIDC_ROLE_MAP: '=ADMIN' }, /^OIDC_ROLE_MAP: must be value=ROLE/],
  [{ ...ISSUER, OIDC_SCOPE: 'profile' }, /^OIDC_SCOPE: must hold openid/],
  [{ ALLOWED_ORIGINS: '*' }, /^ALLOWED_ORIGINS: must be origins/],
  [{ ALLOWED_ORIGINS: 'https://soc.contoso.example/console' }, /^ALLOWED_ORIGINS: must be origins/],
  [{ ALLOWED_ORIGINS: 'null' }, /^ALLOWED_ORIGINS: must be origins/],
])('%j is refused with what is wrong', (environment, problem) => {
  expect(problemsOf(environment)).toEqual([expect.stringMatching(problem)]);
});

test('an issuer on this machine may do without TLS', () => {
  for (const OIDC_ISSUER of ['http://127.0.0.1:8080/realms/soc', 'http://localhost:8080', 'http://[::1]:8080']) expect(problemsOf({ ...ISSUER, OIDC_ISSUER })).toEqual([]);
});

test.each(['http', '-1', '65536', '4000.5', '4e3', '0x10', ' ', '4000 4001', 'Infinity'])('the port "%s" is refused with what a port is', (PORT) => {
  expect(problemsOf({ PORT })).toEqual(['PORT: must be a port, a number from 0 to 65535']);
});

test.each(['0', '65535', ' 4000 ', '04000'])('the port "%s" is taken', (PORT) => {
  expect(readConfig({ PORT }).port).toBe(Number(PORT));
});

test.each(['0', '257', '2.5', 'many', ' '])('a concurrency of "%s" is refused with what it may be', (WORKER_CONCURRENCY) => {
  expect(problemsOf({ WORKER_CONCURRENCY })).toEqual(['WORKER_CONCURRENCY: must be a number from 1 to 256']);
});

test.each(['10.0.0.0/33', 'proxy.example', '10.0.0.1 10.0.0.2'])('the proxies "%s" are refused with what they may be', (TRUSTED_PROXIES) => {
  expect(problemsOf({ TRUSTED_PROXIES })).toEqual(['TRUSTED_PROXIES: must be addresses or networks such as 10.0.0.0/8, with commas between']);
});

test.each(['-1', '1.5', 'many'])('a rate limit of "%s" is refused with what it may be', (RATE_LIMIT_QUERIES_PER_MINUTE) => {
  expect(problemsOf({ RATE_LIMIT_QUERIES_PER_MINUTE })).toEqual(['RATE_LIMIT_QUERIES_PER_MINUTE: must be a number from 0, which means no limit, to 1000000000']);
});

test('no fault repeats what was set, which can hold a password', () => {
  const secret = 'hunter2';
  const faulty = {
    DATABASE_URL: `postgresq://app:${secret}@db.example/app`,
    PORT: secret,
    PUBLIC_URL: `countermeasure.example?key=${secret}`,
    SECRETS_KEY: `${NEWER_KEY.toString('base64')},${secret}`,
    WORKER_CONCURRENCY: secret,
    TRUSTED_PROXIES: secret,
    METRICS_TOKEN: secret,
    OIDC_ISSUER: `https://login.contoso.example?key=${secret}`,
    OIDC_ROLE_MAP: secret,
    OIDC_SCOPE: secret,
    ALLOWED_ORIGINS: secret,
    OIDC_AUDIENCE: secret,
    GRAPHQL_INTROSPECTION: secret,
    LOG_LEVEL: secret,
  };
  const error = catchError(() => readConfig({ ...faulty, ENTRA_CLIENT_SECRET: secret }));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as ConfigurationError).problems).toHaveLength(Object.keys(faulty).length - 1);
  for (const text of [String(error), (error as Error).stack ?? '', JSON.stringify(error)]) for (const told of [secret, NEWER_KEY.toString('base64')]) expect(text).not.toContain(told);
  expect((error as Error).cause).toBeUndefined();
});

function catchError(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
