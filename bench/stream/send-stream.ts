import { EVENT_TYPE, inBatches, shareOut, type Alert, type EventStream } from './event-stream.ts';
import type { Client } from './scene.ts';

export interface Sent {
  accepted: number;
  duplicates: number;
  /** The ids that the service gave, by those of the alerts; an alert that was stored once has one. */
  readonly eventIds: Map<string, Set<string>>;
}

const INGEST = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted duplicates events { id } } }';

/** Sends a stream in batches, by several clients at once, and tells what they were answered. */
export async function sendStream(client: Client, { alerts }: EventStream, { clients, batchSize }: { clients: number; batchSize: number }): Promise<Sent> {
  const sent: Sent = { accepted: 0, duplicates: 0, eventIds: new Map() };
  await shareOut(inBatches(alerts, batchSize), clients, (batch) => sendBatch(client, batch, sent));
  return sent;
}

async function sendBatch(client: Client, batch: readonly Alert[], sent: Sent): Promise<void> {
  const input = { events: batch.map((payload) => ({ type: EVENT_TYPE, payload })) };
  const { ingestEvents } = await client.ask<{ ingestEvents: { accepted: number; duplicates: number; events: { id: string }[] } }>(INGEST, { input });
  sent.accepted += ingestEvents.accepted;
  sent.duplicates += ingestEvents.duplicates;
  for (const [index, { id }] of ingestEvents.events.entries()) {
    const alertId = batch[index]?.id ?? '';
    sent.eventIds.set(alertId, (sent.eventIds.get(alertId) ?? new Set()).add(id));
  }
}
