import { writeSync } from 'node:fs';
import { setFlagsFromString, queryObjects } from 'node:v8';
import { startApp } from '../../dist/src/app.js';
import { Context } from '../../dist/src/graphql/context.js';
import { createLogger } from '../../dist/src/kernel/logger.js';
import { registerProvider } from '../../dist/src/registry/load-plugins.js';
import { Registry } from '../../dist/src/registry/registry.js';
import type { Role } from '../../dist/src/auth/permissions.js';
import { Lab, createLabChannel, createLabPlugin } from '../support/lab-plugin.ts';

/** What stays behind in the service when nobody asks it for anything. */
export interface Leftovers {
  readonly heapBytes: number;
  /** Operations and subscriptions under way. */
  readonly operations: number;
  readonly sockets: number;
  readonly timers: number;
}

export type Order = { readonly what: 'KEY'; readonly role: Role; readonly email?: string } | { readonly what: 'REVOKE'; readonly id: string } | { readonly what: 'MEASURE' } | { readonly what: 'STOP' };

const [databaseUrl = ''] = process.argv.slice(2);
setFlagsFromString('--expose-gc');

/** The whole service with the laboratory, in a process of its own so that its memory can be told from that of whoever attacks it. */
const lab = new Lab();
const { provider, problems } = registerProvider({ packageName: 'lab', plugin: createLabPlugin(lab) }, {});
if (!provider) throw new Error(problems.join());
const channel = createLabChannel(lab);
const app = await startApp({
  databaseUrl,
  registry: new Registry([provider], [{ id: channel.id, packageName: 'lab', definition: channel, environment: {} }]),
  logger: createLogger('error'),
  host: '127.0.0.1',
  port: 0,
  publicUrl: undefined,
  allowIntrospection: false,
  oidc: undefined,
  allowedOrigins: [],
  secretsKeys: [Buffer.alloc(32, 'canary-of-the-secrets-key')],
  workerConcurrency: 8,
  paceOverrides: { concurrency: undefined, startsPerSecond: undefined },
  eventRetentionDays: 90,
  servesApi: true,
  runsEngine: true,
  metricsToken: undefined,
  trustedProxies: [],
  // One address sends all of it, much of it with keys that do not exist: no request is to be spared by a limit.
  rateLimits: { queriesPerMinute: 0, mutationsPerMinute: 0, failedSignInsPerMinute: 0, refusedOperationsPerMinute: 0 },
  onLivenessLost: (cause) => {
    throw cause;
  },
});

process.on('message', ({ number, order }: { number: number; order: Order }) => void obey(order).then((answer) => process.send?.({ number, answer }, () => {
  // What is still open keeps the process alive, and whoever waits for its end says so.
  if (order.what === 'STOP') process.disconnect();
})));
process.send?.({ url: app.url });

async function obey(order: Order): Promise<object> {
  switch (order.what) {
    case 'KEY': {
      const { apiKey, text } = await app.apiKeys.create({ name: order.role, roles: [order.role] });
      return { id: apiKey.id, text };
    }
    case 'REVOKE':
      await app.apiKeys.revoke(order.id);
      return {};
    case 'MEASURE':
      return measure();
    case 'STOP':
      await app.stop();
      return {};
  }
}

function measure(): Leftovers {
  // It collects the garbage before it counts.
  const operations = queryObjects(Context, { format: 'count' });
  const resources = process.getActiveResourcesInfo();
  const count = (kind: RegExp): number => resources.filter((name) => kind.test(name)).length;
  return { heapBytes: process.memoryUsage().heapUsed, operations, sockets: count(/^TCPSocketWrap$|^TCPWRAP$/), timers: count(/^Timeout$/) };
}

process.on('uncaughtException', (error) => {
  writeSync(2, `${JSON.stringify({ level: 60, msg: 'The process ended.', stack: error.stack })}\n`);
  process.exit(1);
});
