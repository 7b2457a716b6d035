import { In } from 'typeorm';
import type { Limits } from '../auth/limits.js';
import { idsWithin } from '../auth/limits.store.js';
import { insertAll, type Tx } from '../db/database.js';
import { RunBatch } from './run-batch.entity.js';
import { runWithin } from './run.store.js';

/** How many runs of a batch there are, and what has become of them. */
export interface BatchTotals {
  readonly total: number;
  readonly finished: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly denied: number;
  readonly canceled: number;
}

export const NO_RUNS: BatchTotals = { total: 0, finished: 0, succeeded: 0, failed: 0, denied: 0, canceled: 0 };

export class RunBatchStore {
  insert(tx: Tx, batch: RunBatch): Promise<void> {
    return insertAll(tx, RunBatch, [batch]);
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<RunBatch[]> {
    return tx.findBy(RunBatch, { id: In([...ids]) });
  }

  /** Those of the ids that are within the limits: the runs of a batch have the same steps, so all of them are, or none. */
  within(tx: Tx, limits: Limits, ids: readonly string[]): Promise<readonly string[]> {
    return idsWithin(tx, RunBatch, 'batch', ids, limits, `exists (select from run member where member.batch_id = batch.id and ${runWithin('member')})`);
  }

  totalsOf(tx: Tx, ids: readonly string[]): Promise<(BatchTotals & { batchId: string })[]> {
    return tx.query(TOTALS, [ids]);
  }
}

const TOTALS = `
select batch_id as "batchId", count(*)::int as total, count(finished_at)::int as finished,
  (count(*) filter (where status = 'SUCCEEDED'))::int as succeeded, (count(*) filter (where status = 'FAILED'))::int as failed,
  (count(*) filter (where status = 'DENIED'))::int as denied, (count(*) filter (where status = 'CANCELED'))::int as canceled
from run where batch_id = any($1) group by batch_id`;
