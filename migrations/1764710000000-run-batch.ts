import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs of one playbook against many targets. */
export class RunBatch1764710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table run_batch (
      id text primary key,
      playbook_id text not null references playbook (id),
      playbook_revision int not null,
      dry_run boolean not null,
      reason text,
      started_by jsonb not null,
      created_at timestamptz(3) not null
    )`);
    await runner.query('alter table run add column batch_id text references run_batch (id)');
    await runner.query('create index run_batch_given on run (batch_id, id) where batch_id is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table run drop column batch_id');
    await runner.query('drop table run_batch');
  }
}
