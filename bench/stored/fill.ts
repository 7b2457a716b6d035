import type { TestDatabase } from '../../test/support/test-database.ts';

export interface Amounts {
  readonly runs: number;
  /** One run in so many waits for an approval. */
  readonly waitingEvery: number;
  /** One run in so many has failed. */
  readonly failedEvery: number;
}

/** A number as the last 26 characters of an id: such ids sort as the numbers do, and before all that the service makes. */
const ID = `lpad(n::text, 26, '0')`;
/** One in so many, of those that are not the other one in so many. */
const waits = ({ waitingEvery }: Amounts): string => `n % ${waitingEvery} = 0`;
const fails = ({ failedEvery }: Amounts): string => `n % ${failedEvery} = ${failedEvery - 1}`;

/**
 * Makes many runs of one that is finished, each with its steps, its first and its last event, and for those that wait an
 * approval. As the superuser and without the checks of foreign keys, which would take most of the time.
 */
export async function fill(database: TestDatabase, runId: string, amounts: Amounts): Promise<void> {
  const isOpen = waits(amounts);
  const status = `case when ${isOpen} then 'WAITING_FOR_APPROVAL' when ${fails(amounts)} then 'FAILED' else run.status end`;
  const isLast = 'run_event.sequence <> 1';
  const copies = [
    await copy(database, 'run', { id: `'run_' || ${ID}`, status, last_sequence: '2', finished_at: `case when not ${isOpen} then run.finished_at end` }, amounts, `run.id = '${runId}'`),
    await copy(database, 'run_step', { id: `'rst_' || ${ID}`, run_id: `'run_' || ${ID}`, status: `case when ${isOpen} then 'WAITING_FOR_APPROVAL' else run_step.status end`, finished_at: `case when not ${isOpen} then run_step.finished_at end` }, amounts, `run_step.run_id = '${runId}'`),
    await copy(
      database,
      'run_event',
      { run_id: `'run_' || ${ID}`, sequence: `case when ${isLast} then 2 else 1 end`, run_status: `case when ${isLast} and ${isOpen} then 'WAITING_FOR_APPROVAL' else run_event.run_status end`, run_step_id: `case when run_event.run_step_id is not null then 'rst_' || ${ID} end` },
      amounts,
      `run_event.run_id = '${runId}' and sequence in (1, (select last_sequence from run where id = '${runId}'))`,
    ),
  ];
  const approvals = `insert into approval (id, run_id, run_step_id, status, policy, requested_at, expires_at, plan)
    select 'apr_' || ${ID}, 'run_' || ${ID}, 'rst_' || ${ID}, 'PENDING', '{"contacts": [], "quorum": 1, "expiresAfterMs": 86400000, "allowSelfApproval": true}', now(), now() + interval '1 day', '{}'
    from generate_series(1, ${amounts.runs}) n where ${isOpen}`;
  await database.queryAsSuperuser(['set session_replication_role = replica', ...copies, approvals].join(';\n'));
  await database.queryAsSuperuser('vacuum (analyze)');
}

/** Rows like one that is there, but for the columns that are given. */
async function copy(database: TestDatabase, table: string, columns: Readonly<Record<string, string>>, { runs }: Amounts, where: string): Promise<string> {
  const { rows } = await database.query('select column_name as name from information_schema.columns where table_schema = current_schema() and table_name = $1 order by ordinal_position', [table]);
  const names = rows.map(({ name }) => String(name));
  return `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')})
    select ${names.map((name) => columns[name] ?? `${table}."${name}"`).join(', ')} from ${table}, generate_series(1, ${runs}) n where ${where}`;
}
