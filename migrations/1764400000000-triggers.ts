import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events, the triggers that they fire, and the ways in which they come. */
export class Triggers1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `create table event (
    id text primary key,
    event_type text not null,
    source text not null,
    occurred_at timestamptz(3) not null,
    received_at timestamptz(3) not null,
    payload jsonb not null,
    dedupe_key text,
    constraint event_once unique (event_type, dedupe_key)
  )`,
  `create index event_of_type on event (event_type, id)`,
  `create index event_received on event (received_at)`,
  `create table trigger (
    id text primary key,
    name text not null,
    active boolean not null,
    event_type text not null,
    conditions jsonb not null,
    expression text,
    schedule text,
    time_zone text,
    missed_schedule text not null,
    target text,
    cooldown_ms int,
    revision int not null,
    created_by jsonb not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    deleted_at timestamptz(3),
    next_due_at timestamptz(3)
  )`,
  `create index trigger_of_type on trigger (event_type) where active and deleted_at is null`,
  `create index trigger_due on trigger (next_due_at) where next_due_at is not null`,
  `create table trigger_playbook (
    trigger_id text not null references trigger (id),
    playbook_id text not null references playbook (id),
    linked_by jsonb not null,
    linked_at timestamptz(3) not null,
    primary key (trigger_id, playbook_id)
  )`,
  `create index trigger_playbook_reverse on trigger_playbook (playbook_id)`,
  // An event that started a run stays as long as the run does: the reference keeps it from being deleted.
  `alter table run add column event_id text references event (id)`,
  `create index run_event_given on run (event_id) where event_id is not null`,
  `create table trigger_firing (
    id text primary key,
    trigger_id text not null references trigger (id),
    event_id text not null references event (id) on delete cascade,
    target_kind text,
    target_id text,
    playbook_id text references playbook (id),
    outcome text not null,
    run_id text references run (id),
    reason text,
    at timestamptz(3) not null
  )`,
  // An event fires a trigger once per target and playbook, however often it is delivered or matched.
  `create unique index trigger_firing_once on trigger_firing (event_id, trigger_id, target_id, playbook_id) nulls not distinct`,
  `create index trigger_firing_of_trigger on trigger_firing (trigger_id, id)`,
  `create index trigger_firing_of_target on trigger_firing (trigger_id, target_id, at) where outcome = 'STARTED'`,
  `create table event_source (
    id text primary key,
    name text not null,
    event_type text not null,
    active boolean not null,
    sealed_secret text not null,
    sealed_previous_secret text,
    previous_secret_until timestamptz(3),
    created_by jsonb not null,
    created_at timestamptz(3) not null,
    last_received_at timestamptz(3),
    deleted_at timestamptz(3)
  )`,
  `create unique index event_source_name on event_source (name) where deleted_at is null`,
  `create table hook_delivery (
    source_id text not null references event_source (id),
    signature_hash bytea not null,
    received_at timestamptz(3) not null,
    primary key (source_id, signature_hash)
  )`,
  `create index hook_delivery_received on hook_delivery (received_at)`,
  `create table hook_refusal (
    source text not null,
    code text not null,
    count int not null,
    last_at timestamptz(3) not null,
    primary key (source, code)
  )`,
  `create table event_feed (
    id text primary key,
    connection_id text not null references connection (id),
    event_type text not null,
    active boolean not null,
    created_at timestamptz(3) not null,
    read_until timestamptz(3) not null,
    look_began_at timestamptz(3),
    next_page text,
    next_look_at timestamptz(3) not null,
    last_look_at timestamptz(3),
    problem jsonb,
    failures int not null,
    subscription_id text,
    subscription_secret_hash bytea,
    subscription_expires_at timestamptz(3),
    constraint event_feed_once unique (connection_id, event_type)
  )`,
  `create index event_feed_due on event_feed (next_look_at) where active`,
];

const DOWN = [
  'drop table event_feed',
  'drop table hook_refusal',
  'drop table hook_delivery',
  'drop table event_source',
  'drop table trigger_firing',
  'alter table run drop column event_id',
  'drop table trigger_playbook',
  'drop table trigger',
  'drop table event',
];
