import { rmSync, writeFileSync } from 'node:fs';
import { writtenDown } from './statements.js';

export default async function teardown() {
  const { database, folder } = globalThis.testCluster;
  await database?.stop();
  if (process.env.RECORD_STATEMENTS) writeFileSync(process.env.RECORD_STATEMENTS, `${JSON.stringify(writtenDown(folder), null, 2)}\n`);
  rmSync(folder, { recursive: true, force: true });
}
