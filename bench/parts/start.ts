import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCommand } from '../../test/support/child-process.ts';
import { findFreePort } from '../../test/support/free-port.ts';
import { median, type Figure } from '../figures.ts';

const STARTS = 5;
const AT_MOST_MS = 3_000;
const LOOK_EVERY_MS = 5;
const WITHIN_MS = 60_000;

/** From the command to the first answer that it is ready, as it is on a new machine: PostgreSQL, the sandbox tenant, API and worker, all of them started by it. */
export async function measureStart(): Promise<Figure[]> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-bench-'));
  try {
    const first = await startOnce(dataDir);
    const again: number[] = [];
    for (let start = 0; start < STARTS; start += 1) again.push(await startOnce(dataDir));
    return [
      { part: 'start', what: 'the very first start, which makes the database', value: first, unit: 'ms' },
      { part: 'start', what: 'a start on an existing embedded database', value: median(again), unit: 'ms', limit: AT_MOST_MS },
    ];
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startOnce(dataDir: string): Promise<number> {
  const port = await findFreePort();
  const from = performance.now();
  await using service = startCommand(['serve'], { env: { DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'error' } });
  await becomesReady(`http://127.0.0.1:${port}/readyz`);
  const tookMs = performance.now() - from;
  const { code, stderr } = await service.end('SIGTERM');
  if (code !== 0) throw new Error(`The service did not end well: ${stderr}`);
  return tookMs;
}

async function becomesReady(url: string): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const status = await fetch(url).then((answer) => answer.status, () => 0);
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error(`${url} still answers ${status}.`);
    await delay(LOOK_EVERY_MS);
  }
}
