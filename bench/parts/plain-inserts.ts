import pg from 'pg';
import { EVENT_TYPE, inBatches, shareOut, type Alert, type EventStream } from '../stream/event-stream.ts';
import { timed } from '../figures.ts';

const INSERT = `insert into plain_event (id, event_type, source, occurred_at, received_at, payload, dedupe_key)
  select id, $2, 'api:key', occurred_at, now(), payload, id from jsonb_to_recordset($1::jsonb) as e(id text, occurred_at timestamptz, payload jsonb)
  on conflict do nothing`;

/** How long the same rows take in the same batches and by as many clients, when they are only inserted: in milliseconds. */
export async function insertPlainly(url: string, { alerts }: EventStream, { clients, batchSize }: { clients: number; batchSize: number }): Promise<number> {
  const sessions = Array.from({ length: clients }, () => new pg.Client({ connectionString: url }));
  await Promise.all(sessions.map((session) => session.connect()));
  try {
    await sessions[0]?.query('drop table if exists plain_event');
    await sessions[0]?.query('create table plain_event (like event including all)');
    return await timed(() => shareOut(inBatches(alerts, batchSize), clients, async (batch, client) => void (await sessions[client]?.query(INSERT, [toRows(batch), EVENT_TYPE]))));
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
}

/** In one order for all, so that two who bring the same row do not wait for each other. */
function toRows(batch: readonly Alert[]): string {
  const sorted = [...batch].sort((a, b) => (a.id < b.id ? -1 : 1));
  return JSON.stringify(sorted.map((payload) => ({ id: payload.id, occurred_at: payload.occurredAt, payload })));
}
