import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the trace of a run and of an event goes on, in another process. Null where nothing is traced, and for processes of the release before. */
export class Traces1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table run add column trace_parent text');
    await runner.query('alter table event add column trace_parent text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table event drop column trace_parent');
    await runner.query('alter table run drop column trace_parent');
  }
}
