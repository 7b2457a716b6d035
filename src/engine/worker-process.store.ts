import { In } from 'typeorm';
import type { Tx } from '../db/database.js';
import { WorkerProcess } from './worker-process.entity.js';

/** Those of the given workers that still live. */
export async function livingWorkers(tx: Tx, workerIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (workerIds.length === 0) return new Set();
  const living = await tx.findBy(WorkerProcess, { workerId: In([...workerIds]) });
  return new Set(living.map(({ workerId }) => workerId));
}
