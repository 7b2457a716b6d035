import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Steps that wait for people to decide, and how these are told. */
export class Approvals1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `alter table playbook_step add column approval jsonb`,
  `alter table run_step add column approval jsonb, add column approved_at timestamptz(3)`,
  `create table approval (
    id text primary key,
    run_id text not null references run (id),
    run_step_id text not null unique references run_step (id),
    status text not null,
    policy jsonb not null,
    requested_at timestamptz(3) not null,
    expires_at timestamptz(3) not null,
    decided_at timestamptz(3)
  )`,
  `create index approval_run on approval (run_id)`,
  `create index approval_pending on approval (expires_at) where status = 'PENDING'`,
  // `person` is who somebody is, by whatever way they came: nobody counts twice.
  `create table approval_decision (
    approval_id text not null references approval (id),
    person text not null,
    decision text not null,
    decided_by jsonb not null,
    comment text,
    at timestamptz(3) not null,
    primary key (approval_id, person)
  )`,
  `create table approval_notification (
    approval_id text not null references approval (id),
    contact_index int not null,
    kind text not null,
    status text not null,
    attempts int not null,
    created_at timestamptz(3) not null,
    sent_at timestamptz(3),
    error text,
    primary key (approval_id, contact_index, kind)
  )`,
  `create table approval_link (
    token_hash bytea primary key,
    approval_id text not null references approval (id),
    contact_index int not null,
    created_at timestamptz(3) not null,
    used_at timestamptz(3)
  )`,
  `create index approval_link_approval on approval_link (approval_id)`,
];

const DOWN = [
  'drop table approval_link',
  'drop table approval_notification',
  'drop table approval_decision',
  'drop table approval',
  'alter table run_step drop column approved_at, drop column approval',
  'alter table playbook_step drop column approval',
];
