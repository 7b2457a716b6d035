import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a connection needs to be trusted: consent that was asked for and proved, checks, and a credential of its own. */
export class Connections1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `alter table connection
    add column consent_accepted_at timestamptz(3),
    add column consent_confirmed_by jsonb,
    add column consent_confirmed_at timestamptz(3),
    add column deleted_at timestamptz(3)`,
  // What the last look at the provider found. A column of the connection would make every check a change of it.
  `create table connection_check (
    connection_id text primary key references connection (id),
    checked_at timestamptz(3) not null,
    latency_ms int not null,
    problem jsonb,
    granted text[],
    arriving text[] not null,
    was_granted boolean not null,
    tenant_id text,
    privileged_role_held boolean,
    privileged_role_reason text,
    privileged_role_checked_at timestamptz(3),
    warnings text[] not null
  )`,
  `create index connection_check_due on connection_check (checked_at)`,
  // Sealed under a key of SECRETS_KEY; the database alone does not give it away.
  `create table connection_credential (
    connection_id text primary key references connection (id),
    sealed text not null,
    key_id text not null,
    saved_at timestamptz(3) not null
  )`,
  // The random state of an admin-consent link, as its hash.
  `create table consent_request (
    state_hash bytea primary key,
    connection_id text not null references connection (id),
    asked_by jsonb not null,
    asked_at timestamptz(3) not null,
    expires_at timestamptz(3) not null,
    used_at timestamptz(3)
  )`,
  `create index consent_request_connection on consent_request (connection_id)`,
  `create index consent_request_expiry on consent_request (expires_at)`,
];

const DOWN = [
  'drop table consent_request',
  'drop table connection_credential',
  'drop table connection_check',
  `alter table connection
    drop column deleted_at,
    drop column consent_confirmed_at,
    drop column consent_confirmed_by,
    drop column consent_accepted_at`,
];
