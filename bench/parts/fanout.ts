import { setTimeout as delay } from 'node:timers/promises';
import type { Broadcast, Report, ToWrite, Written } from '../fanout/messages.ts';
import { openSubscribers, setScene, type Subscribers } from '../fanout/subscribed-run.ts';
import { median, type Figure } from '../figures.ts';
import { HelperProcess } from '../helper-process.ts';
import { cpuMsOf } from '../process-usage.ts';
import { startService } from '../processes.ts';

const SOCKETS = 1_000;
const EVENTS = 50;
const EVERY_MS = 100;
const ROUNDS = 3;
const SETTLE_MS = 2_000;
const CPU_AT_MOST = 1.3;
const P99_AT_MOST = 2;

/** What one server did in one round. */
interface Round {
  readonly cpuUsPerDelivery: number;
  readonly p50: number;
  readonly p99: number;
  /** Events that did not come over one of the sockets, or came twice. */
  readonly faults: number;
}

/** One run's events to many subscribers, against a bare server that sends the same bytes to as many sockets. */
export async function measureFanout(): Promise<Figure[]> {
  await using service = await startService();
  const { runId, wanted } = await setScene(service, SOCKETS);
  await using subscribers = await openSubscribers(wanted);
  const { helper, said: port } = await HelperProcess.start<Broadcast, Written>('fanout/bare-broadcast.ts');
  await using bare = helper;
  await using bareSubscribers = await openSubscribers({ url: `ws://127.0.0.1:${String(port)}`, sockets: SOCKETS });
  const { helper: writer } = await HelperProcess.start<ToWrite, Written>('fanout/event-writer.ts', [service.database.url, runId]);
  await using _writer = writer;

  const rounds: { service: Round; bare: Round }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ofService = await measure(service.api.pid, subscribers, () => writer.ask({ events: EVENTS, everyMs: EVERY_MS }));
    const ofBare = await measure(bare.pid, bareSubscribers, () => bare.ask({ frames: ofService.report.frames, everyMs: EVERY_MS }));
    // The first one warms up.
    if (round > 0) rounds.push({ service: ofService.round, bare: ofBare.round });
  }
  return toFigures(rounds);
}

async function measure(pid: number, subscribers: Subscribers, send: () => Promise<Written>): Promise<{ round: Round; report: Report }> {
  await delay(SETTLE_MS);
  await subscribers.ask({});
  const idleMs = await cpuWhile(pid, () => delay(EVENTS * EVERY_MS));
  let written: Written = { events: [] };
  const busyMs = await cpuWhile(pid, async () => {
    written = await send();
    await delay(SETTLE_MS);
  });
  const report = await subscribers.ask({});
  const arrivals = new Map(report.arrivals);
  const latencies = written.events.flatMap(([sequence, at]) => (arrivals.get(sequence) ?? []).map((arrived) => arrived - at)).sort((a, b) => a - b);
  const due = EVENTS * SOCKETS;
  const faults = written.events.reduce((sum, [sequence]) => sum + Math.abs(SOCKETS - (arrivals.get(sequence)?.length ?? 0)), 0);
  const idleShare = (EVENTS * EVERY_MS + SETTLE_MS) / (EVENTS * EVERY_MS);
  return { round: { cpuUsPerDelivery: ((busyMs - idleMs * idleShare) * 1_000) / due, p50: at(latencies, 0.5), p99: at(latencies, 0.99), faults }, report };
}

async function cpuWhile(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = cpuMsOf(pid);
  await work();
  return cpuMsOf(pid) - before;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function toFigures(rounds: readonly { service: Round; bare: Round }[]): Figure[] {
  console.log(JSON.stringify(rounds.map(({ service, bare }) => [service, bare].map(({ cpuUsPerDelivery, p50, p99 }) => [cpuUsPerDelivery, p50, p99].map((value) => Number(value.toFixed(1)))))));
  const of = (pick: (round: { service: Round; bare: Round }) => number): number => median(rounds.map(pick));
  const figure = (what: string, value: number, unit: string): Figure => ({ part: 'fanout', what, value, unit });
  return [
    figure(`a bare broadcast to ${SOCKETS} sockets: processor time`, of(({ bare }) => bare.cpuUsPerDelivery), 'µs/delivery'),
    figure(`${SOCKETS} subscribers of one run: processor time of the API`, of(({ service }) => service.cpuUsPerDelivery), 'µs/delivery'),
    { ...figure('ratio of processor time', of(({ service, bare }) => service.cpuUsPerDelivery / bare.cpuUsPerDelivery), 'times'), limit: CPU_AT_MOST },
    figure('a bare broadcast: p50 from the sending on', of(({ bare }) => bare.p50), 'ms'),
    figure('subscribers: p50 from the commit on', of(({ service }) => service.p50), 'ms'),
    figure('a bare broadcast: p99 from the sending on', of(({ bare }) => bare.p99), 'ms'),
    figure('subscribers: p99 from the commit on', of(({ service }) => service.p99), 'ms'),
    { ...figure('ratio of p99', of(({ service, bare }) => service.p99 / bare.p99), 'times'), limit: P99_AT_MOST },
    { ...figure('events that a subscriber did not get, or got twice', rounds.reduce((sum, { service, bare }) => sum + service.faults + bare.faults, 0), 'faults'), limit: 0 },
  ];
}

