import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { check, settle } from './check.ts';
import { Cluster } from './cluster.ts';
import { planDisturbances, type Stage } from './disturbances.ts';
import { Fleet } from './fleet.ts';
import { Ledger } from './ledger.ts';
import { work } from './load.ts';
import { NoticeReceiver } from './notice-receiver.ts';
import { Random } from './random.ts';
import { ActingCalls } from './records.ts';
import type { ChaosReport, Round } from './report.ts';
import { createWorld, type World } from './world.ts';

/** A round takes at least so long, and goes on until there is something that could be lost: on a slow machine that takes longer. */
const ROUND_MS = { least: 5_000, most: 30_000 };
const RUNS_PER_ROUND = 20;
const ARM_EVERY_MS = 1_000;
/** A round in which a worker stands still beyond its bound takes half a minute. */
const LONG_FROM_MINUTES = 2;
const ORDINARY_USERS = 40;

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly onRound: (round: Round) => void;
}

interface Suite extends Stage {
  readonly world: World;
  readonly ledger: Ledger;
  readonly calls: ActingCalls;
  readonly options: ChaosOptions;
}

/** Rounds of work and disturbances until the time is over, or until one has shown a violation. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  await using stack = new AsyncDisposableStack();
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-chaos-'));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const random = new Random(options.seed, 'fleet');
  const cluster = stack.use(await Cluster.start(dataDir));
  const tenant = stack.use(await startSandboxTenant({ dataDir: path.join(dataDir, 'tenant'), fillerUsers: ORDINARY_USERS, behaviour: { effectDelayMs: 100 } }));
  const notices = stack.use(await NoticeReceiver.start());
  const fleet = stack.use(new Fleet({ cluster, tenant, dataDir, random, noticeHost: notices.host }));
  await fleet.start();
  await fleet.isUp();
  const users = tenant.users().map(({ userPrincipalName }) => userPrincipalName).filter((name) => name.startsWith('filler.'));
  const world = await createWorld({ fleet, tenantId: tenant.tenantId, users, noticeUrl: notices.url, random: new Random(options.seed, 'clients') });
  const suite: Suite = { cluster, tenant, fleet, world, ledger: new Ledger(), calls: new ActingCalls(), options };
  const rounds = await goThroughRounds(suite);
  const runs = await cluster.query<{ status: string; count: number }>('select status, count(*)::int as count from run group by status order by count desc');
  return { rounds, reached: fleet.reached, complaints: fleet.complaints.counts, runs, calls: suite.calls.count, notices: notices.received, events: suite.ledger.events.size, followers: suite.ledger.transcripts.length };
}

async function goThroughRounds(suite: Suite): Promise<Round[]> {
  const { minutes, onRound } = suite.options;
  const deadline = Date.now() + minutes * 60_000;
  const rounds: Round[] = [];
  while (Date.now() < deadline) {
    const round = await goThroughRound(suite, rounds.length + 1);
    rounds.push(round);
    onRound(round);
    if (round.violations.length === 0) continue;
    // What was said by those who took part is the only thing that cannot be had again by the seed.
    for (const { name, said } of suite.fleet.all) writeFileSync(path.join(os.tmpdir(), `chaos-${suite.options.seed}-${name}.log`), said.join('\n'));
    break;
  }
  return rounds;
}

async function goThroughRound(suite: Suite, number: number): Promise<Round> {
  const { cluster, tenant, fleet, world, ledger, calls, options } = suite;
  const startedAt = Date.now();
  const settled = new AbortController();
  const runsBefore = ledger.runs.size;
  const isOver = (): boolean => {
    const ms = Date.now() - startedAt;
    return ms > ROUND_MS.most || (ms > ROUND_MS.least && ledger.runs.size >= runsBefore + RUNS_PER_ROUND);
  };
  const planned = planDisturbances(new Random(options.seed, `disturbances ${number}`), ROUND_MS.least, options.minutes >= LONG_FROM_MINUTES);
  const clients = work({ world, ledger, random: new Random(options.seed, `load ${number}`), round: number, isOver }, settled.signal);
  const [followers] = await Promise.all([clients, disturb(suite, planned, startedAt), arm(fleet, new Random(options.seed, `points ${number}`), isOver)]);
  fleet.letGo();
  tenant.clearFaults();
  const letGoAt = Date.now();
  const unsettled = await settle(cluster);
  const settledMs = Date.now() - letGoAt;
  settled.abort();
  await Promise.all(followers);
  const violations = [...unsettled, ...(await check({ cluster, tenant, ledger, calls, admin: world.admin }))];
  return { number, disturbances: planned.map(({ name }) => name), settledMs, ms: Date.now() - startedAt, violations };
}

async function disturb(stage: Stage, planned: ReturnType<typeof planDisturbances>, startedAt: number): Promise<void> {
  for (const { afterMs, inflict } of planned) {
    await delay(Math.max(0, startedAt + afterMs - Date.now()));
    await inflict(stage);
  }
}

async function arm(fleet: Fleet, random: Random, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    fleet.armAll(random);
    await delay(ARM_EVERY_MS);
  }
}
