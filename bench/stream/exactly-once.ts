import type { EventStream } from './event-stream.ts';
import type { Scene } from './scene.ts';

interface Queried {
  query(sql: string, parameters: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** What there has to be, beside what there is: `sent` is every event once, `due` every run that has to be started once. */
const FAULTS = `
with sent as (select unnest($1::text[]) as alert_id),
  due as (select alert_id, playbook_id from unnest($2::text[]) as alert_id, unnest($3::text[]) as playbook_id),
  stored as (select id, payload->>'id' as alert_id, lower(payload->>'user') as user_id from event),
  started as (
    select alert_id, run.playbook_id, count(*) as times, count(*) filter (where run.target_id = user_id) as at_their_user
    from run join stored on stored.id = run.event_id group by 1, 2
  ),
  fired as (
    select alert_id, firing.playbook_id, count(*) as times,
      count(*) filter (where outcome = 'STARTED' and trigger_id = $4 and firing.target_id = user_id
        and run.event_id = firing.event_id and run.playbook_id = firing.playbook_id and run.target_id = firing.target_id) as sound
    from trigger_firing firing join stored on stored.id = firing.event_id left join run on run.id = firing.run_id group by 1, 2
  )
select
  (select count(*) from sent left join stored using (alert_id) where stored.id is null) as "eventsLost",
  (select count(*) from (select alert_id from stored group by 1 having count(*) > 1) twice) as "eventsStoredTwice",
  (select count(*) from stored left join sent using (alert_id) where sent.alert_id is null) as "eventsNobodySent",
  (select count(*) from due left join started using (alert_id, playbook_id) where times is null) as "runsLost",
  (select count(*) from started where times > 1) as "runsStartedTwice",
  (select count(*) from started left join due using (alert_id, playbook_id) where due.alert_id is null) + (select count(*) from run where event_id is null) as "runsNotDue",
  (select count(*) from started where at_their_user <> times) as "runsAtAnotherUser",
  (select count(*) from due left join fired using (alert_id, playbook_id) where times is null) as "firingsLost",
  (select count(*) from fired where times > 1) as "firingsTwice",
  (select count(*) from fired left join due on due.alert_id = fired.alert_id and due.playbook_id = fired.playbook_id where due.alert_id is null or sound <> times) as "firingsNotDue",
  (select count(*) - count(distinct run_id) from trigger_firing) as "firingsSharingARun"`;

/** How often each thing went wrong that must never: nothing but zeros when every event was stored once and started every run once. */
export async function faultsOf(database: Queried, { ids, matchingIds }: EventStream, { triggerId, playbookIds }: Scene): Promise<Record<string, number>> {
  const { rows } = await database.query(FAULTS, [ids, matchingIds, playbookIds, triggerId]);
  return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([fault, count]) => [fault, Number(count)]));
}
