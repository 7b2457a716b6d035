import { randomBytes } from 'node:crypto';
import type { Sandbox } from '@countermeasure/sdk';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { startApp, type App } from '../../src/app.js';
import type { KeyLimits } from '../../src/auth/key-limits.js';
import type { OidcSettings } from '../../src/auth/oidc-settings.js';
import type { Role } from '../../src/auth/permissions.js';
import type { RateLimitSettings } from '../../src/auth/rate-limits.js';
import type { PaceOverrides } from '../../src/connections/pace-settings.js';
import type { DoorLimits } from '../../src/graphql/limits.js';
import { createLogger, type Logger } from '../../src/kernel/logger.js';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { Lab, createLabChannel, createLabPlugin } from './lab-plugin.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { TestClient } from './test-client.js';

export interface TestApp extends AsyncDisposable {
  readonly app: App;
  readonly lab: Lab;
  readonly database: TestDatabase;
  readonly admin: TestClient;
  clientWith(...roles: Role[]): Promise<TestClient>;
  /** A client whose key is held by somebody with a mail address. */
  clientOf(email: string, ...roles: Role[]): Promise<TestClient>;
  /** A client whose key is limited to certain playbooks or connections. */
  limitedClient(limits: KeyLimits, ...roles: Role[]): Promise<TestClient>;
  socket(options?: { authorization?: string }): Client;
}

export interface TestAppOptions {
  readonly registry?: Registry;
  readonly runsEngine?: boolean;
  readonly logger?: Logger;
  readonly database?: TestDatabase;
  readonly allowIntrospection?: boolean;
  readonly trustedProxies?: readonly string[];
  readonly rateLimits?: Partial<RateLimitSettings>;
  readonly doorLimits?: Partial<DoorLimits>;
  readonly metricsToken?: string;
  readonly secretsKeys?: readonly Uint8Array[];
  readonly oidc?: OidcSettings | undefined;
  readonly allowedOrigins?: readonly string[];
  readonly redisUrl?: string;
  readonly databaseDirectUrl?: string;
  readonly paceOverrides?: Partial<PaceOverrides>;
  /** Prepares the laboratory before the engine starts. */
  readonly setUp?: (lab: Lab) => void;
}

/** What the service asks of those who come, as it does by default unless a test says otherwise. */
function doorOf({ trustedProxies = [], rateLimits, doorLimits = {}, metricsToken }: TestAppOptions) {
  return { trustedProxies, rateLimits: { queriesPerMinute: 120_000, mutationsPerMinute: 30_000, failedSignInsPerMinute: 60, refusedOperationsPerMinute: 0, ...rateLimits }, doorLimits, metricsToken };
}

export function labRegistry(lab: Lab, { sandbox }: { readonly sandbox?: Sandbox } = {}): Registry {
  const { provider, problems } = registerProvider({ packageName: 'lab', plugin: createLabPlugin(lab) }, {}, { extraHosts: ['127.0.0.1'], sandbox });
  if (!provider) throw new Error(problems.join());
  const channel = createLabChannel(lab);
  return new Registry([provider], [{ id: channel.id, packageName: 'lab', definition: channel, environment: {} }]);
}

/** The whole service on a database of its own, over real HTTP and WebSockets, with the laboratory as its provider. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const lab = new Lab();
  options.setUp?.(lab);
  const database = options.database ?? (await createTestDatabase());
  const app = await startApp({
    databaseUrl: database.url,
    databaseDirectUrl: options.databaseDirectUrl,
    redisUrl: options.redisUrl,
    registry: options.registry ?? labRegistry(lab),
    logger: options.logger ?? createLogger('silent'),
    host: '127.0.0.1',
    port: 0,
    publicUrl: undefined,
    ...doorOf(options),
    allowIntrospection: options.allowIntrospection ?? true,
    secretsKeys: options.secretsKeys ?? [randomBytes(32)],
    oidc: options.oidc,
    allowedOrigins: options.allowedOrigins ?? [],
    workerConcurrency: 16,
    paceOverrides: { concurrency: undefined, startsPerSecond: undefined, ...options.paceOverrides },
    eventRetentionDays: 90,
    servesApi: true,
    runsEngine: options.runsEngine ?? true,
    onLivenessLost: () => undefined,
  });
  const makeClient = async (roles: Role[], more: KeyLimits & { email?: string } = {}): Promise<TestClient> => {
    const { text } = await app.apiKeys.create({ name: roles.join(' '), roles, ...more });
    return new TestClient(app.url, text);
  };
  const clientWith = (...roles: Role[]): Promise<TestClient> => makeClient(roles);
  const admin = await clientWith('ADMIN');
  return {
    app,
    lab,
    database,
    admin,
    clientWith,
    clientOf: (email, ...roles) => makeClient(roles, { email }),
    limitedClient: (limits, ...roles) => makeClient(roles, limits),
    socket: ({ authorization = `Bearer ${admin.key}` } = {}) =>
      createClient({ url: `${app.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 }),
    [Symbol.asyncDispose]: async () => {
      await app.stop();
      if (!options.database) await database[Symbol.asyncDispose]();
    },
  };
}
