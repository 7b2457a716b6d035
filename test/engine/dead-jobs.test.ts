import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { Database } from '../../src/db/database.js';
import { dropDeadJobs } from '../../src/engine/jobs.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const addJob = (database: TestDatabase, task: string, key: string | null) => database.query(`select graphile_worker.add_job($1, '{}'::json, job_key => $2)`, [task, key]);
const dieWithIt = (database: TestDatabase) => database.query(`select graphile_worker.force_unlock_workers(array['gone'])`);
const giveUpAll = (database: TestDatabase) => database.query(`select graphile_worker.permanently_fail_jobs(array_agg(id), 'It failed too often.') from graphile_worker.jobs`);

async function dropIn({ url }: TestDatabase): Promise<void> {
  const database = await Database.connect(new DataSource(dataSourceOptions(url, 2)), url);
  await dropDeadJobs(database.reader);
  await database.close();
}

async function jobsOf(database: TestDatabase): Promise<unknown[]> {
  const { rows } = await database.query('select task_identifier as task, key, attempts < max_attempts as "isAlive" from graphile_worker.jobs order by id');
  return rows;
}

test('a job that was replaced while it ran, and whose worker went away, does not stay for ever', async () => {
  await using database = await createTestDatabase();
  await addJob(database, 'advance_run', 'run:one');
  await database.query(`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'gone'`);
  await addJob(database, 'advance_run', 'run:one');
  await dieWithIt(database);
  expect(await jobsOf(database)).toEqual([{ task: 'advance_run', key: null, isAlive: false }, { task: 'advance_run', key: 'run:one', isAlive: true }]);
  await dropIn(database);
  expect(await jobsOf(database)).toEqual([{ task: 'advance_run', key: 'run:one', isAlive: true }]);
});

test('what the next minute does anyway leaves nothing behind; events that could not be matched, and jobs that a later wake-up revives, stay', async () => {
  await using database = await createTestDatabase();
  await addJob(database, 'reconcile', null);
  await addJob(database, 'match_events', null);
  await addJob(database, 'check_connection', 'check:one');
  await giveUpAll(database);
  await addJob(database, 'reconcile', null);
  await dropIn(database);
  expect(await jobsOf(database)).toEqual([
    { task: 'match_events', key: null, isAlive: false },
    { task: 'check_connection', key: 'check:one', isAlive: false },
    { task: 'reconcile', key: null, isAlive: true },
  ]);
});
