import path from 'node:path';
import type { Config } from '../config.js';
import type { ProcessRole, RunningService } from './serve.js';

/** Tells, in a screenful, where everything is and what to try first. */
export function announce(config: Config, role: ProcessRole, { app, opened, isEmbedded, adminKey }: RunningService): void {
  if (role === 'worker') {
    console.log('Countermeasure is working: this process carries out runs.');
    return;
  }
  const keyFile = path.join(config.dataDir, 'admin-key');
  const lines = [
    '',
    `Countermeasure is running.`,
    '',
    `  Console    ${app.url}/`,
    `  GraphQL    ${app.url}/graphql   (POST, and WebSocket for subscriptions)`,
    `  Database   ${isEmbedded ? `embedded PostgreSQL in ${config.dataDir}` : 'the one of DATABASE_URL'}`,
    adminKey === undefined ? `  Admin key  made at the first start; it was written to ${keyFile}` : `  Admin key  ${adminKey}`,
    ...(adminKey === undefined ? [] : [`             shown this once, and kept in ${keyFile}`]),
    ...opened.sandboxes.flatMap(({ title, providerId, sandbox }) => [
      '',
      `  SANDBOX    No real ${title} is configured: an imitation of it runs in this process.`,
      `             Nothing that is done here reaches a real tenant.`,
      `             Connection settings  ${JSON.stringify(sandbox.connectionSettings)}  (provider ${providerId})`,
      `             A user to try        ${sandbox.exampleTargetId}`,
    ]),
    '',
    '  Try:',
    `    curl -s ${app.url}/graphql -H 'content-type: application/json' \\`,
    `      -H "authorization: Bearer $(cat ${keyFile})" \\`,
    `      -d '{"query":"{ actions { id title } }"}'`,
    '',
    '  Ctrl-C stops it; the next start finds everything again.',
    '',
  ];
  console.log(lines.join('\n'));
}
