import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key can be limited to certain playbooks and connections. */
export class ApiKeyLimits1764610000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_key add column playbook_ids text[], add column connection_ids text[]');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_key drop column connection_ids, drop column playbook_ids');
  }
}
