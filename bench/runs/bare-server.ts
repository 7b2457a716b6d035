import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import type { Call } from './provider-calls.ts';

/**
 * What one would write for this one job and no other: takes an event in by HTTP, stores it with a run, and carries the run on with
 * two transactions per step, in the same tables and with the same calls to the provider. No queue, no GraphQL, no plugins, no
 * one else who could go on when it dies.
 */
export interface BareSettings {
  readonly databaseUrl: string;
  readonly graphUrl: string;
  readonly token: string;
  readonly steps: readonly Call[][];
}

const { databaseUrl, graphUrl, token, steps } = JSON.parse(process.argv[2] ?? '') as BareSettings;
/** As one worker of the service. */
const AT_ONCE = 32;

const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
const waiting: { runId: string; user: string }[] = [];
let underWay = 0;

async function transact(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

const event = (client: pg.PoolClient, runId: string, sequence: number, type: string, stepId: string | null) =>
  client.query('insert into bare_run_event (run_id, sequence, type, at, message, run_status, run_step_id) values ($1, $2, $3, now(), $4, $5, $6)', [runId, sequence, type, `${type} of a run.`, 'RUNNING', stepId]);

async function accept(payload: { id: string; userPrincipalName: string }): Promise<void> {
  const runId = randomUUID();
  await transact(async (client) => {
    const eventId = randomUUID();
    await client.query('insert into bare_event (id, event_type, source, occurred_at, received_at, payload, dedupe_key) values ($1, $2, $3, now(), now(), $4, $5)', [eventId, 'entra-id:risk-detection', 'bare', JSON.stringify(payload), payload.id]);
    await client.query(
      `insert into bare_run (id, playbook_id, playbook_revision, status, target_kind, target_id, target_display_name, dry_run, reason, started_by, last_sequence, created_at, event_id)
       values ($1, 'playbook', 1, 'QUEUED', 'USER', $2, $2, false, 'An event', '{}', 1, now(), $3)`,
      [runId, payload.userPrincipalName, eventId],
    );
    for (const position of steps.keys()) {
      await client.query(
        `insert into bare_run_step (id, run_id, position, key, action_id, connection_id, status, input, plan, after, on_failure, timeout_ms, retry, replay, attempt_number, interruption_count, read_back, claim_number)
         values ($1, $2, $3, $1, 'action', 'connection', 'QUEUED', '{}', '{}', '{}', 'STOP', 60000, '{}', 'SAFE', 0, 0, false, 0)`,
        [`${runId} ${position}`, runId, position],
      );
    }
    await event(client, runId, 1, 'RUN_QUEUED', null);
  });
  waiting.push({ runId, user: payload.userPrincipalName });
  goOn();
}

function goOn(): void {
  while (underWay < AT_ONCE) {
    const next = waiting.shift();
    if (!next) return;
    underWay += 1;
    void carryOut(next).finally(() => {
      underWay -= 1;
      goOn();
    });
  }
}

async function carryOut({ runId, user }: { runId: string; user: string }): Promise<void> {
  for (const [position, calls] of steps.entries()) {
    const stepId = `${runId} ${position}`;
    const sequence = 2 + position * 3;
    await transact(async (client) => {
      await client.query(`update bare_run_step set status = 'RUNNING', attempt_number = 1, claim_number = 1, worker_id = 'bare', claimed_at = now(), started_at = now() where id = $1`, [stepId]);
      await client.query(`insert into bare_attempt (run_step_id, number, worker_id, started_at) values ($1, 1, 'bare', now())`, [stepId]);
      await event(client, runId, sequence, 'STEP_STARTED', stepId);
      await client.query(`update bare_run set status = 'RUNNING', started_at = coalesce(started_at, now()), last_sequence = $2 where id = $1`, [runId, sequence]);
    });
    for (const call of calls) await provider(call, user);
    const isLast = position === steps.length - 1;
    await transact(async (client) => {
      await client.query(`update bare_run_step set status = 'SUCCEEDED', output = '{}', verification = 'VERIFIED', finished_at = now() where id = $1`, [stepId]);
      await client.query('update bare_attempt set finished_at = now() where run_step_id = $1 and number = 1', [stepId]);
      await event(client, runId, sequence + 1, 'STEP_VERIFYING', stepId);
      await event(client, runId, sequence + 2, 'STEP_SUCCEEDED', stepId);
      if (isLast) await event(client, runId, sequence + 3, 'RUN_SUCCEEDED', null);
      await client.query(`update bare_run set status = $2, finished_at = case when $3 then now() end, last_sequence = $4 where id = $1`, [runId, isLast ? 'SUCCEEDED' : 'RUNNING', isLast, sequence + (isLast ? 3 : 2)]);
    });
  }
}

async function provider({ method, path, body }: Call, user: string): Promise<void> {
  const response = await fetch(`${graphUrl}${path.replace('{user}', encodeURIComponent(user))}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  if (answer !== '') JSON.parse(answer);
}

const server = createServer((request, response) => {
  void text(request)
    .then((body) => accept(JSON.parse(body) as { id: string; userPrincipalName: string }))
    .then(
      () => response.writeHead(202).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
});
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => console.log(`The bare server listens on ${(server.address() as { port: number }).port}.`));
