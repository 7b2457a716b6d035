import type { TestApp } from './test-app.js';

export interface SavedTrigger {
  readonly id: string;
  readonly revision: number;
  readonly nextDueAt: string | null;
}

export const CREATE_TRIGGER = 'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id revision nextDueAt } } }';
export const UPDATE_TRIGGER = 'mutation ($input: UpdateTriggerInput!) { updateTrigger(input: $input) { trigger { id revision nextDueAt } } }';

export async function createTrigger({ admin }: TestApp, input: object = {}): Promise<SavedTrigger> {
  return (await admin.ask<{ createTrigger: { trigger: SavedTrigger } }>(CREATE_TRIGGER, { input: { name: 'A trigger', eventType: 'lab:signal', ...input } })).createTrigger.trigger;
}

export async function updateTrigger({ admin }: TestApp, input: object): Promise<SavedTrigger> {
  return (await admin.ask<{ updateTrigger: { trigger: SavedTrigger } }>(UPDATE_TRIGGER, { input })).updateTrigger.trigger;
}

/** Sends events of one type, and gives their ids. */
export async function ingest({ admin }: TestApp, payloads: readonly object[], more: object = {}): Promise<string[]> {
  const { ingestEvents } = await admin.ask<{ ingestEvents: { events: { id: string }[] } }>('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { events { id } } }', {
    input: { events: payloads.map((payload) => ({ type: 'lab:signal', payload, ...more })) },
  });
  return ingestEvents.events.map(({ id }) => id);
}
