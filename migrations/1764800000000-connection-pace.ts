import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What all workers share about how fast a tenant may be called, and whether it may be called at all. */
export class ConnectionPace1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A row is there only for a connection that was throttled or in trouble once.
    await runner.query(`create table connection_pace (
      connection_id text primary key references connection (id),
      throttled_until timestamptz(3),
      failures int not null,
      failing_since timestamptz(3),
      opened_at timestamptz(3),
      open_until timestamptz(3),
      problem jsonb
    )`);
    // Updated with every step: room in the page keeps the updates in it.
    await runner.query(`create table connection_turn (
      connection_id text not null references connection (id),
      number int not null,
      run_step_id text,
      leased_until timestamptz(3) not null,
      paid_until timestamptz(3) not null,
      primary key (connection_id, number)
    ) with (fillfactor = 50)`);
    await runner.query('alter table run_step add column queue_priority int');
    await runner.query(`create index run_step_waiting on run_step (connection_id, queue_priority, next_attempt_at) where queue_priority is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index run_step_waiting');
    await runner.query('alter table run_step drop column queue_priority');
    await runner.query('drop table connection_turn');
    await runner.query('drop table connection_pace');
  }
}
