import { isRunFinal } from '../../dist/src/runs/run.machine.js';
import type { Cluster } from './cluster.ts';
import type { Ledger, Transcript } from './ledger.ts';
import type { Records } from './records.ts';

/** Each key has made one thing, and what was answered to it is that one. */
export async function checkKeys({ runs }: Records, ledger: Ledger, cluster: Cluster): Promise<string[]> {
  // The reason of each run is the key that it was asked for with.
  const keyed = [...runs.values()].flatMap(({ id, reason }) => (reason?.startsWith('chaos-') ? [{ id, key: reason }] : []));
  const events = await cluster.query<{ id: string; key: string }>('select id, dedupe_key as key from event where dedupe_key is not null');
  return [...checkKeysOf('idempotency key', ledger.runs, keyed), ...checkKeysOf('dedupeKey', ledger.events, events)];
}

function checkKeysOf(what: string, answers: ReadonlyMap<string, ReadonlySet<string>>, made: readonly { id: string; key: string }[]): string[] {
  const ids = new Map<string, string[]>();
  for (const { id, key } of made) ids.set(key, [...(ids.get(key) ?? []), id]);
  const twice = [...ids].filter(([, all]) => all.length > 1).map(([key, all]) => `The ${what} ${key} has made ${all.join(', ')}.`);
  const lost = [...answers].flatMap(([key, told]) => [...told].filter((id) => !ids.get(key)?.includes(id)).map((id) => `The ${what} ${key} was answered with ${id}, which is not there.`));
  return [...twice, ...lost];
}

const FIRINGS = `
select event.id, count(trigger_firing.id)::int as firings, count(run.id)::int as runs,
  (select count(*)::int from run started where started.event_id = event.id) as started, max(trigger_firing.outcome) as outcome
from event left join trigger_firing on trigger_firing.event_id = event.id left join run on run.id = trigger_firing.run_id
group by event.id`;

/** Each event has fired the trigger once, and started one run or none. */
export async function checkFirings(cluster: Cluster): Promise<string[]> {
  const rows = await cluster.query<{ id: string; firings: number; runs: number; started: number; outcome: string | null }>(FIRINGS);
  return rows.flatMap(({ id, firings, runs, started, outcome }) => {
    const due = outcome === 'STARTED' ? 1 : 0;
    return firings === 1 && runs === due && started === due ? [] : [`${id} has ${firings} firings (${outcome ?? 'none'}), which name ${runs} runs, and ${started} runs were started by it.`];
  });
}

const DECISIONS = `
select approval.id, approval.status, count(approval_decision.person)::int as decisions, max(approval_decision.decision) as decision,
  (select count(*)::int from audit_entry where action = 'decideApproval' and subject = approval.id) as entries
from approval left join approval_decision on approval_decision.approval_id = approval.id group by approval.id`;

interface ApprovalRecord {
  readonly id: string;
  readonly status: string;
  readonly decisions: number;
  readonly decision: string | null;
  readonly entries: number;
}

const STATUS_BY: Readonly<Record<string, string>> = { APPROVE: 'APPROVED', DENY: 'DENIED' };

/** Each approval is decided by one of those who wanted to, and who was told so is the one. */
export async function checkApprovals(ledger: Ledger, cluster: Cluster): Promise<string[]> {
  const rows = await cluster.query<ApprovalRecord>(DECISIONS);
  return rows.flatMap((approval) => [...checkDecided(approval), ...checkTold(approval, ledger.decisions.get(approval.id) ?? [])]);
}

function checkDecided({ id, status, decisions, decision, entries }: ApprovalRecord): string[] {
  const faults: string[] = [];
  const due = status === 'APPROVED' || status === 'DENIED' ? 1 : 0;
  if (decisions !== due) faults.push(`${id} is ${status} by ${decisions} decisions.`);
  if (decision !== null && status !== STATUS_BY[decision]) faults.push(`${id} is ${status}, but the decision is ${decision}.`);
  if (entries !== decisions) faults.push(`${id} has ${decisions} decisions and ${entries} entries in the audit log.`);
  return faults;
}

function checkTold({ id, decision }: ApprovalRecord, told: readonly string[]): string[] {
  if (told.length > 1) return [`${told.length} people were told that they have decided ${id}.`];
  return told.filter((answered) => answered !== decision).map((answered) => `Somebody was told that they have decided ${id} by ${answered}, but the decision is ${decision ?? 'not there'}.`);
}

/** Each mutation that was answered stands in the audit log. */
export async function checkAudit(ledger: Ledger, cluster: Cluster): Promise<string[]> {
  const entries = await cluster.query<{ entry: string; count: number }>(`select action || ' ' || subject as entry, count(*)::int as count from audit_entry where action in ('runPlaybook', 'cancelRun', 'decideApproval') group by 1`);
  const counts = new Map(entries.map(({ entry, count }) => [entry, count]));
  const missing = ledger.answered.filter(({ action, subject }) => !counts.has(`${action} ${subject}`)).map(({ action, subject }) => `${action} of ${subject} was answered, but the audit log does not tell of it.`);
  const twice = entries.filter(({ entry, count }) => count > 1 && !entry.startsWith('cancelRun')).map(({ entry, count }) => `The audit log tells ${count} times of ${entry}.`);
  return [...new Set([...missing, ...twice])];
}

/** Followers have seen 1 to n, each once, and the end when there is one. */
export function checkFollowers({ runs }: Records, ledger: Ledger): string[] {
  return ledger.transcripts.flatMap((transcript) => {
    const run = runs.get(transcript.runId);
    const seen = transcript.events.map(({ sequence }) => sequence);
    if (!run) return [`${transcript.runId} was followed and is not there.`];
    if (seen.some((sequence, index) => sequence !== index + 1)) return [`A follower of ${run.id} has seen ${seen.join(' ')} (${transcript.reconnects} reconnects).`];
    return isCutShort(transcript, run.last_sequence, isRunFinal(run.status)) ? [`A follower of ${run.id} (${run.status}) has seen ${seen.length} of ${run.last_sequence} events and was told that there are no more.`] : [];
  });
}

function isCutShort({ isComplete, events }: Transcript, lastSequence: number, isOver: boolean): boolean {
  return isComplete && !(isOver && events.length === lastSequence);
}
