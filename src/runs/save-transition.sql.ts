/**
 * One statement for a whole transition: every commit saved is throughput gained. The records' names are those of the entities.
 * The planner takes a list in JSON for a hundred rows, and reads whole tables for so many; the limit tells it how many there are.
 */
export const SAVE_TRANSITION = `
with changed_step as (
  update run_step set
    status = s.status,
    output = s.output,
    plan = s.plan,
    verification = s.verification,
    error = s.error,
    attempt_number = s."attemptNumber",
    interruption_count = s."interruptionCount",
    read_back = s."readBack",
    claim_number = s."claimNumber",
    worker_id = s."workerId",
    claimed_at = s."claimedAt",
    next_attempt_at = s."nextAttemptAt",
    queue_priority = s."queuePriority",
    started_at = s."startedAt",
    finished_at = s."finishedAt",
    approval = s.approval,
    approved_at = s."approvedAt"
  from (select * from jsonb_to_recordset($6::jsonb) as s(
    id text, status text, output jsonb, plan text[], verification text, error jsonb, "attemptNumber" int, "interruptionCount" int,
    "readBack" boolean, "claimNumber" int, "workerId" text, "claimedAt" timestamptz, "nextAttemptAt" timestamptz, "queuePriority" int,
    "startedAt" timestamptz, "finishedAt" timestamptz, approval jsonb, "approvedAt" timestamptz
  ) limit $10) as s
  where run_step.id = s.id
), returned_turn as (
  update connection_turn set run_step_id = null
  from (select * from jsonb_to_recordset($6::jsonb) as s(id text, status text, "connectionId" text) limit $10) as s
  where connection_turn.connection_id = s."connectionId" and connection_turn.run_step_id = s.id and s.status <> 'RUNNING'
), saved_attempt as (
  insert into attempt (run_step_id, number, worker_id, started_at, finished_at, error, provider_request_id)
  select "runStepId", number, "workerId", "startedAt", "finishedAt", error, "providerRequestId"
  from jsonb_to_recordset($7::jsonb) as a(
    "runStepId" text, number int, "workerId" text, "startedAt" timestamptz, "finishedAt" timestamptz, error jsonb, "providerRequestId" text
  )
  on conflict (run_step_id, number) do update set
    finished_at = excluded.finished_at, error = excluded.error, provider_request_id = excluded.provider_request_id
), new_event as (
  insert into run_event (run_id, sequence, type, at, message, run_status, run_step_id)
  select $1, sequence, type, at, message, "runStatus", "runStepId"
  from jsonb_to_recordset($8::jsonb) as e(sequence int, type text, at timestamptz, message text, "runStatus" text, "runStepId" text)
)
update run set status = $2, last_sequence = $3, started_at = $4, finished_at = $5, paused = $9 where id = $1
`;
