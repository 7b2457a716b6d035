import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ProtectedTargets1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table protected_target (
      kind text not null,
      id text not null,
      reason text not null,
      protected_by jsonb not null,
      protected_at timestamptz(3) not null,
      primary key (kind, id)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table protected_target');
  }
}
