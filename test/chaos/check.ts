import type { SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from './client.ts';
import type { Cluster } from './cluster.ts';
import { checkApprovals, checkAudit, checkFirings, checkFollowers, checkKeys } from './check-clients.ts';
import { checkCalls, checkHistories } from './check-runs.ts';
import type { Ledger } from './ledger.ts';
import { readRecords, type ActingCalls } from './records.ts';

/** How long after the last disturbance everything may take to come to its end, on a machine where processes take long to start. */
const SETTLED_WITHIN_MS = 120_000;

interface Subject {
  readonly cluster: Cluster;
  readonly tenant: SandboxTenant;
  readonly ledger: Ledger;
  readonly calls: ActingCalls;
  readonly admin: Client;
}

/** What has not come to its end and waits for nobody: a sentence each. */
const UNSETTLED = `
select 'The run ' || run.id || ' is ' || run.status || ' (' || (select string_agg(key || ' ' || status || coalesce(' ' || next_attempt_at, ''), ', ' order by position) from run_step where run_id = run.id) || '), with ' ||
  coalesce((select string_agg('a job of ' || attempts || ' attempts at ' || run_at || coalesce(', locked by ' || locked_by, ''), ' and ') from graphile_worker.jobs where key = 'run:' || run.id), 'no job') || '.' as what
from run where finished_at is null and status <> 'NEEDS_REVIEW'
  and not (status = 'WAITING_FOR_APPROVAL' and exists (select from approval where approval.run_id = run.id and approval.status = 'PENDING'))
union all
select 'The event ' || event.id || ' has fired nothing.' from event where not exists (select from trigger_firing where trigger_firing.event_id = event.id)
union all
select 'The notice ' || kind || ' of ' || approval_id || ' is not sent: ' || coalesce(error, 'nobody has tried') || '.' from approval_notification where status = 'PENDING'`;

/** Waits until every run is over or waits for a person; gives what is not when the time is over. */
export async function settle(cluster: Cluster): Promise<string[]> {
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const unsettled = (await cluster.query<{ what: string }>(UNSETTLED)).map(({ what }) => what);
    if (unsettled.length === 0 || Date.now() > deadline) return unsettled.map((what) => `Not within ${SETTLED_WITHIN_MS / 1_000} s: ${what}`);
    await delay(250);
  }
}

/** Everything that must be so once things have settled: a sentence for each that is not. */
export async function check({ cluster, tenant, ledger, calls, admin }: Subject): Promise<string[]> {
  calls.read(tenant);
  const records = await readRecords(cluster);
  return [
    ...ledger.surprises,
    ...checkHistories(records),
    ...checkCalls(records, calls),
    ...(await checkKeys(records, ledger, cluster)),
    ...(await checkFirings(cluster)),
    ...(await checkApprovals(ledger, cluster)),
    ...(await checkAudit(ledger, cluster)),
    ...checkFollowers(records, ledger),
    ...(await checkChain(admin)),
    ...(await checkJobs(cluster)),
  ];
}

async function checkChain(admin: Client): Promise<string[]> {
  const answer = await admin.ask<{ verifyAuditLog: { ok: boolean; firstBroken: number | null } }>('{ verifyAuditLog { ok firstBroken } }', {}, Date.now() + 30_000);
  if (answer.kind !== 'DATA') return [`The audit log could not be verified: ${JSON.stringify(answer)}`];
  return answer.data.verifyAuditLog.ok ? [] : [`The audit log is broken at ${answer.data.verifyAuditLog.firstBroken}.`];
}

/**
 * A job that nobody will take any more. Some may be for a while: what was replaced while it ran, and what the next minute does
 * anyway, until a minute's look, which takes a worker that lives at that moment; the check of a connection until the next one is due.
 */
const DEAD_JOBS = `
select 'The job ' || id || ' (' || task_identifier || coalesce(' ' || key, '') || ') is given up after ' || attempts || ' attempts: ' || coalesce(split_part(last_error, E'\\n', 1), 'its worker went away') || '.' as what
from graphile_worker.jobs where attempts >= max_attempts and locked_at is null
  and case when task_identifier = 'match_events' then true when key is not null then task_identifier <> 'check_connection' else updated_at < now() - interval '10 minutes' end`;

async function checkJobs(cluster: Cluster): Promise<string[]> {
  return (await cluster.query<{ what: string }>(DEAD_JOBS)).map(({ what }) => what);
}
