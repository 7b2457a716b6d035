import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that go on where another one ended, and runs that take back what another one did. */
export class RetryAndUndo1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table run add column retry_of_id text references run (id), add column undoes_id text references run (id)');
    // One retry per run: a second one would do again what the first one did.
    await runner.query('create unique index run_retry on run (retry_of_id) where retry_of_id is not null');
    await runner.query('create index run_undo on run (undoes_id) where undoes_id is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table run drop column undoes_id, drop column retry_of_id');
  }
}
