import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The audit log: rows that are only ever added, each chained to the one before. */
export class Audit1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const NOTHING_BEFORE = '0'.repeat(64);

const UP = [
  `create table audit_entry (
    sequence int primary key,
    id text not null unique,
    at timestamptz(3) not null,
    actor jsonb,
    action text not null,
    subject text,
    details jsonb not null,
    previous_hash text not null,
    hash text not null
  )`,
  `create index audit_entry_subject on audit_entry (subject, sequence) where subject is not null`,
  // Where the chain ends. Without it nobody could tell that the newest entries were taken away.
  `create table audit_head (
    id int primary key constraint audit_head_is_one check (id = 1),
    sequence int not null,
    hash text not null
  )`,
  `insert into audit_head (id, sequence, hash) values (1, 0, '${NOTHING_BEFORE}')`,
  // Entries on their way into the chain; empty but for what transactions are about to commit.
  `create table audit_told (
    id text primary key,
    entry jsonb not null
  )`,
  // The head's lock puts the commits that write entries in a row. So it is taken by the commit itself, behind everything
  // that the transaction waits for, and no client can hold it by being slow.
  `create function audit_append() returns trigger language plpgsql as $$
    declare
      head audit_head;
      link text;
    begin
      select * into strict head from audit_head where id = 1 for update;
      head.sequence := head.sequence + 1;
      link := encode(sha256(convert_to(head.sequence || ':' || head.hash || ':' || (new.entry->>'contentHash'), 'UTF8')), 'hex');
      insert into audit_entry (sequence, id, at, actor, action, subject, details, previous_hash, hash) values (
        head.sequence, new.id, (new.entry->>'at')::timestamptz, nullif(new.entry->'actor', 'null'::jsonb), new.entry->>'action', new.entry->>'subject', new.entry->'details', head.hash, link
      );
      update audit_head set sequence = head.sequence, hash = link where id = 1;
      delete from audit_told where id = new.id;
      return null;
    end
  $$`,
  `create constraint trigger audit_told_is_chained after insert on audit_told deferrable initially deferred for each row execute function audit_append()`,
  `create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception 'The audit log is append-only.' using errcode = 'insufficient_privilege';
    end
  $$`,
  `create trigger audit_entry_is_append_only before update or delete or truncate on audit_entry for each statement execute function refuse_audit_change()`,
  // Privileges do not bind a superuser, the trigger does; the trigger can be switched off by an owner without the privilege, who then still lacks it.
  `revoke update, delete, truncate on audit_entry from public, current_user`,
];

const DOWN = ['drop table audit_entry', 'drop function refuse_audit_change', 'drop table audit_told', 'drop function audit_append', 'drop table audit_head'];
