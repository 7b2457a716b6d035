import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../dist/ormconfig.js';
import { Database } from '../../dist/src/db/database.js';
import { PostgresChannel } from '../../dist/src/db/postgres-channel.js';
import { createLogger } from '../../dist/src/kernel/logger.js';
import { Metrics } from '../../dist/src/kernel/metrics.js';
import { RunChanges } from '../../dist/src/runs/run-changes.js';
import { RunStore } from '../../dist/src/runs/run.store.js';
import type { ToWrite, Written } from './messages.ts';

/** As app.ts names it. */
const CHANNEL = 'run_progress';

const [url = '', runId = ''] = process.argv.slice(2);

/** Writes events into the history of a run as a worker does: under the run's lock, told to all processes after the commit. */
const database = await Database.connect(new DataSource(dataSourceOptions(url, 2)), url);
const channel = new PostgresChannel(CHANNEL, database, createLogger('warn'));
const changes = new RunChanges({ database, runs: new RunStore(), channel, metrics: new Metrics(), settle: [] });

process.on('message', (message) => void write(message as ToWrite).then((written) => process.send?.(written)));
process.send?.('READY');

async function write({ events: count, everyMs }: ToWrite): Promise<Written> {
  const events: [number, number][] = [];
  const from = performance.now();
  for (let index = 0; index < count; index += 1) {
    await delay(Math.max(0, from + index * everyMs - performance.now()));
    const sequence = await changes.change(runId, (transition) => {
      transition.tell('STEP_PROGRESS', 'The provider was asked whether the change took effect.', transition.steps[0]);
      return transition.run.lastSequence;
    });
    if (sequence === undefined) throw new Error(`There is no run ${runId}.`);
    events.push([sequence, performance.timeOrigin + performance.now()]);
  }
  return { events };
}
