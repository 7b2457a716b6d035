import type { MigrationInterface, QueryRunner } from 'typeorm';

export class First1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`drop table ${table}`);
  }
}

const TABLES = [
  'worker_process',
  'idempotency_key',
  'run_event',
  'attempt',
  'run_target',
  'run_step',
  'run',
  'playbook_revision',
  'playbook_step',
  'playbook',
  'connection',
  'api_key',
];

const UP = [
  `create table api_key (
    id text primary key,
    name text not null,
    prefix text not null unique,
    secret_hash bytea not null,
    roles text[] not null,
    created_at timestamptz(3) not null,
    expires_at timestamptz(3),
    last_used_at timestamptz(3),
    revoked_at timestamptz(3)
  )`,
  `create table connection (
    id text primary key,
    name text not null,
    provider_id text not null,
    settings jsonb not null,
    revision int not null,
    created_by jsonb not null,
    created_at timestamptz(3) not null
  )`,
  `create table playbook (
    id text primary key,
    name text not null,
    description text not null,
    active boolean not null,
    revision int not null,
    created_by jsonb not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    deleted_at timestamptz(3)
  )`,
  `create table playbook_step (
    id text primary key,
    playbook_id text not null references playbook (id) on delete cascade,
    position int not null,
    key text not null,
    action_id text not null,
    connection_id text references connection (id),
    active boolean not null,
    input jsonb not null,
    after text[],
    run_if text,
    on_failure text not null,
    timeout_ms int not null,
    retry jsonb not null,
    unique (playbook_id, key)
  )`,
  `create index playbook_step_connection on playbook_step (connection_id)`,
  // What every save left behind: the history of a playbook, and proof of what a run was started from.
  `create table playbook_revision (
    playbook_id text not null references playbook (id) on delete cascade,
    revision int not null,
    content jsonb not null,
    saved_by jsonb not null,
    saved_at timestamptz(3) not null,
    primary key (playbook_id, revision)
  )`,
  `create table run (
    id text primary key,
    playbook_id text not null references playbook (id),
    playbook_revision int not null,
    status text not null,
    target_kind text not null,
    target_id text not null,
    target_display_name text not null,
    target_username text,
    target_privileged boolean,
    dry_run boolean not null,
    reason text,
    started_by jsonb not null,
    last_sequence int not null,
    created_at timestamptz(3) not null,
    started_at timestamptz(3),
    finished_at timestamptz(3)
  )`,
  `create index run_playbook on run (playbook_id, id)`,
  `create index run_target_given on run (target_id, id)`,
  `create index run_unfinished on run (id) where finished_at is null`,
  `create table run_step (
    id text primary key,
    run_id text not null references run (id),
    position int not null,
    key text not null,
    action_id text not null,
    connection_id text references connection (id),
    status text not null,
    input jsonb not null,
    output jsonb,
    plan text[] not null,
    after text[] not null,
    run_if text,
    on_failure text not null,
    timeout_ms int not null,
    retry jsonb not null,
    replay text not null,
    verification text,
    error jsonb,
    attempt_number int not null,
    interruption_count int not null,
    read_back boolean not null,
    claim_number int not null,
    worker_id text,
    claimed_at timestamptz(3),
    next_attempt_at timestamptz(3),
    started_at timestamptz(3),
    finished_at timestamptz(3),
    unique (run_id, position),
    unique (run_id, key)
  )`,
  `create index run_step_claimed on run_step (worker_id) where status in ('RUNNING', 'VERIFYING')`,
  // The identity a run acts on, pinned once per connection: a user principal name can pass to somebody else while a run waits.
  `create table run_target (
    run_id text not null references run (id),
    connection_id text not null references connection (id),
    target jsonb not null,
    primary key (run_id, connection_id)
  )`,
  `create table attempt (
    run_step_id text not null references run_step (id),
    number int not null,
    worker_id text not null,
    started_at timestamptz(3) not null,
    finished_at timestamptz(3),
    error jsonb,
    provider_request_id text,
    primary key (run_step_id, number)
  )`,
  `create table run_event (
    run_id text not null references run (id),
    sequence int not null,
    type text not null,
    at timestamptz(3) not null,
    message text not null,
    run_status text not null,
    run_step_id text references run_step (id),
    primary key (run_id, sequence)
  )`,
  `create table idempotency_key (
    actor_id text not null,
    mutation text not null,
    key text not null,
    input_hash text not null,
    result_id text not null,
    created_at timestamptz(3) not null,
    primary key (actor_id, mutation, key)
  )`,
  // One row per living worker process; its session holds an advisory lock for as long as it lives.
  `create table worker_process (
    worker_id text primary key,
    backend_pid int not null,
    host text not null,
    os_pid int not null,
    heartbeat_at timestamptz(3) not null
  )`,
];
