/**
 * Every step pays for this statement, so it is one, and small. A turn is free when nobody holds it, or its holder went away, or
 * gives it back now; and when what its starts cost does not reach too far ahead. Who may have the kept turns takes them last.
 */
export const TAKE_TURN = `
with free as materialized (
  select number from connection_turn
  where connection_id = $1 and number between $5::int and $6::int
    and (run_step_id is null or leased_until < clock_timestamp() or run_step_id = any($4::text[]))
    and paid_until <= clock_timestamp() + make_interval(secs => $8::float8)
    and not exists (select from connection_pace where connection_id = $1 and (opened_at is not null or throttled_until > clock_timestamp()))
  order by number <= $7::int, paid_until limit 1
  for update skip locked
)
update connection_turn turn
set run_step_id = $2, leased_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000),
  paid_until = greatest(turn.paid_until, clock_timestamp()) + make_interval(secs => $9::float8)
from free where turn.connection_id = $1 and turn.number = free.number
returning turn.number, (select failures from connection_pace where connection_id = $1) as failures`;

/** For who got none: why, and how long to wait. Those who wait already come first, one after the other. */
export const WHY_NO_TURN = `
with moment as materialized (select clock_timestamp() as now),
turns as (
  select count(*)::int as count, min(paid_until) filter (where number >= $2::int) - make_interval(secs => $4::float8) as earliest
  from connection_turn where connection_id = $1 and number <= $3::int
),
ahead as (
  select count(*) from (
    select from moment, run_step where connection_id = $1 and queue_priority <= $6::int and next_attempt_at > now limit 10000
  ) as waiting
)
select turns.count as turns, coalesce(throttled_until > now, false) as "isThrottled", opened_at is not null as "isOpen", coalesce(failures, 0) as failures,
  ceil(1000 * (
    extract(epoch from greatest(throttled_until, open_until + interval '1 second', earliest, now) - now)
    + (ahead.count + 1) * greatest(1 / $5::float8, 0.01)
  ))::float8 as "waitMs"
from moment, ahead, turns left join connection_pace on connection_id = $1`;

export const THROTTLE = `
insert into connection_pace (connection_id, failures, throttled_until, problem)
values ($1, 0, now() + make_interval(secs => $2::float8 / 1000), $3::jsonb)
on conflict (connection_id) do update set
  throttled_until = greatest(connection_pace.throttled_until, excluded.throttled_until),
  failures = case when connection_pace.opened_at is null then 0 else connection_pace.failures end,
  problem = case when connection_pace.opened_at is null then excluded.problem else connection_pace.problem end`;

/** What fails while the circuit is open was begun before, and changes nothing. */
export const FAIL = `
insert into connection_pace as pace (connection_id, failures, failing_since, problem)
values ($1, 1, now(), $2::jsonb)
on conflict (connection_id) do update set
  failures = case when pace.failures > 0 and pace.failing_since > now() - make_interval(secs => $4::float8 / 1000) then pace.failures + 1 else 1 end,
  failing_since = case when pace.failures > 0 and pace.failing_since > now() - make_interval(secs => $4::float8 / 1000) then pace.failing_since else now() end,
  problem = excluded.problem,
  opened_at = case when pace.failures + 1 >= $3::int and pace.failing_since > now() - make_interval(secs => $4::float8 / 1000) then now() end,
  open_until = case when pace.failures + 1 >= $3::int and pace.failing_since > now() - make_interval(secs => $4::float8 / 1000) then now() + make_interval(secs => $5::float8 / 1000) end
where pace.opened_at is null
returning open_until as "openUntil"`;

export const OPEN_ON = `
update connection_pace set open_until = now() + least(greatest(now() - opened_at, make_interval(secs => $2::float8 / 1000)), make_interval(secs => $3::float8 / 1000))
where connection_id = $1 and open_until <= now()`;
