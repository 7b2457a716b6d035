import { randomUUID } from 'node:crypto';
import { startService, type Service } from '../processes.ts';
import { median, timed, type Figure } from '../figures.ts';
import { makeStream, type EventStream } from '../stream/event-stream.ts';
import { faultsOf } from '../stream/exactly-once.ts';
import { setScene, type Scene } from '../stream/scene.ts';
import { sendStream } from '../stream/send-stream.ts';
import { insertPlainly } from './plain-inserts.ts';

const EVENTS = 10_000;
const WORKERS = 3;
const SENDING = { clients: 8, batchSize: 100 };
const PLAIN_ROUNDS = 3;
const FIRINGS = 'select count(*) from trigger_firing';
/** Those that match events; the runs go on behind. */
const JOBS = `select count(*) from graphile_worker.jobs where task_identifier = 'match_events'`;

/** The full stream: one process of the API and three workers, of which one is killed in the middle and replaced. */
export async function measureStream(): Promise<Figure[]> {
  await using service = await startService();
  const seed = randomUUID();
  console.log(`The seed of the stream is ${seed}.`);
  const stream = makeStream({ events: EVENTS, users: 1_000, seed });
  const scene = await setScene(service.client, service.tenantId);
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => service.startWorker()));
  const plainBefore = await measurePlain(service, stream);

  const due = stream.matchingIds.length * scene.playbookIds.length;
  const from = performance.now();
  const sending = timed(() => sendStream(service.client, stream, SENDING));
  await service.until(FIRINGS, (firings) => firings >= due / 2);
  await workers[0]?.end('SIGKILL');
  const replacing = service.startWorker();
  const ingestedMs = await sending;
  await service.until(FIRINGS, (firings) => firings >= due);
  const firedMs = performance.now() - from;
  await replacing;
  await service.until(JOBS, (jobs) => jobs === 0);

  const plain = median([...plainBefore, ...(await measurePlain(service, stream))]);
  return [...rates(stream, { plain, ingestedMs, firedMs, due }), ...(await faults(service, stream, scene))];
}

async function measurePlain({ database }: Service, stream: EventStream): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < PLAIN_ROUNDS; round += 1) took.push(await insertPlainly(database.url, stream, SENDING));
  return took;
}

function rates({ alerts }: EventStream, { plain, ingestedMs, firedMs, due }: { plain: number; ingestedMs: number; firedMs: number; due: number }): Figure[] {
  const perSecond = (count: number, ms: number) => count / (ms / 1_000);
  const figure = (what: string, value: number, unit: string): Figure => ({ part: 'stream', what, value, unit });
  return [
    figure('plain inserts of the same rows', perSecond(alerts.length, plain), 'events/s'),
    figure('ingested', perSecond(alerts.length, ingestedMs), 'events/s'),
    figure('plain inserts to ingested', ingestedMs / plain, 'times'),
    figure('until all firings are there', perSecond(alerts.length, firedMs), 'events/s'),
    figure('plain inserts to all firings', firedMs / plain, 'times'),
    figure('runs started', perSecond(due, firedMs), 'runs/s'),
  ];
}

async function faults({ database }: Service, stream: EventStream, scene: Scene): Promise<Figure[]> {
  const found = await faultsOf(database, stream, scene);
  return Object.entries(found).map(([what, value]) => ({ part: 'stream', what, value, unit: 'faults', limit: 0 }));
}
