import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who sign in with tokens of an identity provider. */
export class Users1764620000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table app_user (
      id text primary key,
      issuer text not null,
      subject text not null,
      name text not null,
      email text,
      created_at timestamptz(3) not null,
      last_seen_at timestamptz(3) not null,
      unique (issuer, subject)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table app_user');
  }
}
