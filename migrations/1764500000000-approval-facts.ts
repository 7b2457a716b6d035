import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who decides, and about what: a key and a contact can be told to be one person, and an approval keeps what was asked. */
export class ApprovalFacts1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_key add column email text');
    await runner.query(`update approval_decision set person = 'mail:' || substr(person, length('contact:EMAIL:') + 1) where person like 'contact:EMAIL:%'`);
    await runner.query('alter table approval add column plan text[], add column target jsonb');
    await runner.query('update approval set plan = run_step.plan from run_step where run_step.id = approval.run_step_id');
    await runner.query('alter table approval alter column plan set not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table approval drop column target, drop column plan');
    await runner.query(`update approval_decision set person = 'contact:EMAIL:' || substr(person, length('mail:') + 1) where person like 'mail:%'`);
    await runner.query('alter table api_key drop column email');
  }
}
