import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../dist/ormconfig.js';
import { Database } from '../../dist/src/db/database.js';
import { triggerWakeups } from '../../dist/src/engine/trigger-jobs.js';
import { newId } from '../../dist/src/kernel/ids.js';
import { createLogger } from '../../dist/src/kernel/logger.js';
import { Registry } from '../../dist/src/registry/registry.js';
import { EventIntake } from '../../dist/src/triggers/event-intake.js';
import { EventStore } from '../../dist/src/triggers/event.store.js';
import type { FireTrigger } from '../../dist/src/triggers/fire-trigger.js';
import { EventMatcher } from '../../dist/src/triggers/match-events.js';
import { TriggerStore } from '../../dist/src/triggers/trigger.store.js';
import { createTestDatabase } from '../../test/support/test-database.ts';
import { median, timed, type Figure } from '../figures.ts';
import { EVENT_TYPE, inBatches, makeStream } from '../stream/event-stream.ts';

const EVENTS = 2_000;
const ROUNDS = 9;
const OWN_TRIGGERS = 10;
const OTHER_TRIGGERS = 990;
const OTHER_TYPES = ['entra-id:risk-detection', 'entra-id:risky-user', 'entra-id:sign-in', 'entra-id:directory-audit', 'microsoft:security-alert'];
const AT_MOST = 2;

const registry = new Registry([]);
const events = new EventStore();
const triggers = new TriggerStore();
const logger = createLogger('warn');
const fireTrigger = { fire: () => Promise.reject(new Error('A trigger matched that was not to.')) } as unknown as FireTrigger;
const nobody = { kind: 'API_KEY', id: 'key_00000000000000000000000000', name: 'Benchmark' } as const;

interface Round {
  readonly ingestMs: number;
  readonly matchMs: number;
}

/** What it costs to take in events and to hold them against ten triggers, with and without triggers of other types beside them. */
export async function measureMatching(): Promise<Figure[]> {
  await using alone = await openDatabase(0);
  await using beside = await openDatabase(OTHER_TRIGGERS);
  const rounds: { alone: Round; beside: Round }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push({ alone: await measure(alone.database, round), beside: await measure(beside.database, round) });
  const of = (pick: (round: { alone: Round; beside: Round }) => number) => median(rounds.map(pick));
  const figure = (what: string, value: number, unit: string): Figure => ({ part: 'matching', what, value, unit });
  const perEvent = (ms: number) => (ms * 1_000) / EVENTS;
  return [
    figure(`matching against ${OWN_TRIGGERS} triggers alone`, perEvent(of((round) => round.alone.matchMs)), 'µs/event'),
    figure(`matching with ${OTHER_TRIGGERS} of other types beside`, perEvent(of((round) => round.beside.matchMs)), 'µs/event'),
    { ...figure('ratio of matching', of((round) => round.beside.matchMs / round.alone.matchMs), 'times'), limit: AT_MOST },
    figure(`taking in with ${OWN_TRIGGERS} triggers alone`, perEvent(of((round) => round.alone.ingestMs)), 'µs/event'),
    figure(`taking in with ${OTHER_TRIGGERS} of other types beside`, perEvent(of((round) => round.beside.ingestMs)), 'µs/event'),
    { ...figure('ratio of taking in', of((round) => round.beside.ingestMs / round.alone.ingestMs), 'times'), limit: AT_MOST },
  ];
}

async function openDatabase(otherTriggers: number): Promise<AsyncDisposable & { database: Database }> {
  const made = await createTestDatabase();
  const database = await Database.connect(new DataSource(dataSourceOptions(made.url, 4)), made.url);
  for (let index = 0; index < OWN_TRIGGERS + otherTriggers; index += 1) {
    await saveTrigger(database, index, index < OWN_TRIGGERS ? EVENT_TYPE : (OTHER_TYPES[index % OTHER_TYPES.length] ?? ''));
  }
  await made.query('analyze', []);
  return {
    database,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await made[Symbol.asyncDispose]();
    },
  };
}

/** None of them matches, so that all of them are asked and nothing is started. */
function saveTrigger(database: Database, index: number, eventType: string): Promise<void> {
  const at = new Date();
  return triggers.save(database.reader, {
    id: newId('trigger'),
    name: `Trigger ${index}`,
    active: true,
    eventType,
    conditions: eventType === EVENT_TYPE ? [{ field: 'user', matcher: 'MATCHES_GLOB', values: ['*@contoso.example'] }, { field: 'title', matcher: 'CONTAINS', values: [`Number ${index}`] }] : [],
    expression: null,
    schedule: null,
    timeZone: null,
    missedSchedule: 'SKIP',
    target: null,
    cooldownMs: null,
    revision: 1,
    createdBy: nobody,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    nextDueAt: null,
  });
}

/** A new matcher knows no trigger yet, so that reading and compiling them counts. */
async function measure(database: Database, round: number): Promise<Round> {
  const { alerts } = makeStream({ events: EVENTS, users: 100, seed: 'matching' });
  const incoming = alerts.map((alert) => ({ type: EVENT_TYPE, payload: { ...alert, id: `${round} ${alert.id}` } }));
  const intake = new EventIntake({ events, registry, wakeups: triggerWakeups });
  const ids: string[] = [];
  const ingestMs = await timed(async () => {
    for (const batch of inBatches(incoming, 100)) ids.push(...(await database.transact((tx) => intake.accept(tx, batch, 'api:key', []))).map(({ event }) => event.id));
  });
  const matcher = new EventMatcher({ database, events, triggers, registry, logger, fireTrigger });
  const matchMs = await timed(async () => {
    for (const batch of inBatches(ids, 20)) await matcher.match(batch);
  });
  return { ingestMs, matchMs };
}
