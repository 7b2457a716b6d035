import path from 'node:path';
import type { Config } from '../config.js';
import type { StartedSandbox } from './open-registry.js';

/** What there is to tell of a service that was started. */
export interface Announcement {
  readonly url: string;
  readonly servesApi: boolean;
  readonly sandboxes: readonly StartedSandbox[];
  readonly isEmbedded: boolean;
  /** The first admin key, when this start made it. */
  readonly adminKey: string | undefined;
}

/** Tells, in a screenful, where everything is and what to try first. */
export function announce(config: Config, { url, servesApi, sandboxes, isEmbedded, adminKey }: Announcement): void {
  if (!servesApi) {
    console.log('Countermeasure is working: this process carries out runs.');
    return;
  }
  const keyFile = path.join(config.dataDir, 'admin-key');
  const lines = [
    '',
    `Countermeasure is running.`,
    '',
    `  Console    ${url}/`,
    `  GraphQL    ${url}/graphql   (POST, and WebSocket for subscriptions)`,
    `  Database   ${isEmbedded ? `embedded PostgreSQL in ${config.dataDir}` : 'the one of DATABASE_URL'}`,
    adminKey === undefined ? `  Admin key  made at the first start; it was written to ${keyFile}` : `  Admin key  ${adminKey}`,
    ...(adminKey === undefined ? [] : [`             shown this once, and kept in ${keyFile}`]),
    ...sandboxes.flatMap(({ title, providerId, sandbox }) => [
      '',
      `  SANDBOX    No real ${title} is configured: an imitation of it runs in this process.`,
      `             Nothing that is done here reaches a real tenant.`,
      `             Connection settings  ${JSON.stringify(sandbox.connectionSettings)}  (provider ${providerId})`,
      `             A user to try        ${sandbox.exampleTargetId}`,
    ]),
    '',
    '  Try:',
    `    curl -s ${url}/graphql -H 'content-type: application/json' \\`,
    `      -H "authorization: Bearer $(cat ${keyFile})" \\`,
    `      -d '{"query":"{ actions { id title } }"}'`,
    '',
    '  Ctrl-C stops it; the next start finds everything again.',
    '',
  ];
  console.log(lines.join('\n'));
}
