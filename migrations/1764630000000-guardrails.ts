import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The pause switch, the blast radius, and playbooks that demand a reason. */
export class Guardrails1764630000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table guardrail_settings (
      id int primary key constraint guardrail_settings_one_row check (id = 1),
      paused_at timestamptz(3),
      paused_by jsonb,
      paused_reason text,
      max_targets_per_hour int,
      blast_radius_policy jsonb not null
    )`);
    await runner.query(`insert into guardrail_settings (id, blast_radius_policy) values (1, '{"contacts": [], "quorum": 1, "expiresAfterMs": 86400000, "allowSelfApproval": false}')`);
    // One row per target ever changed under a limit: the newest change is what counts.
    await runner.query(`create table changed_target (
      connection_id text not null references connection (id),
      kind text not null,
      target_id text not null,
      changed_at timestamptz(3) not null,
      primary key (connection_id, kind, target_id)
    )`);
    await runner.query('create index changed_target_at on changed_target (changed_at)');
    // The defaults are for processes of the release before, which know nothing of these columns.
    await runner.query('alter table run add column paused boolean not null default false');
    await runner.query('create index run_paused on run (id) where paused');
    await runner.query('alter table playbook add column requires_reason boolean not null default false');
    await runner.query(`update playbook_revision set content = content || '{"requiresReason": false}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`update playbook_revision set content = content - 'requiresReason'`);
    await runner.query('alter table playbook drop column requires_reason');
    await runner.query('alter table run drop column paused');
    await runner.query('drop table changed_target');
    await runner.query('drop table guardrail_settings');
  }
}
