import type { OwnProcess } from '../../test/support/child-process.ts';
import { comesAbout, until } from '../../test/support/until.ts';
import { median, percentile, type Figure } from '../figures.ts';
import { startService, type Service } from '../processes.ts';

const KILLS = 50;
const FREEZES = 3;
/** Enough that others are there while a new one starts. */
const WORKERS = 3;
const AT_MOST_MS = 2_000;
/** As docs/architecture.md says: after 20 s without a word a worker counts as hung, and it is looked for each second. */
const FROZEN_AT_MOST_MS = 23_000;
/** Longer than anybody waits here: who is ended in the middle of a call has not heard of its answer. */
const HELD_MS = 120_000;
const HOLDER = 'select worker_process.os_pid::text as count from run_step join worker_process using (worker_id) where run_step.run_id =';

interface Scene {
  readonly service: Service;
  readonly playbookId: string;
  readonly users: readonly string[];
  readonly workers: OwnProcess[];
}

/** How long after the end of a worker another one calls the provider for its step, over many ends. */
export async function measureRecovery(): Promise<Figure[]> {
  await using service = await startService({ fillerUsers: KILLS + FREEZES });
  service.tenant.changeBehaviour({ effectDelayMs: 0 });
  const connectionId = await service.client.connect('entra-id', { tenantId: service.tenantId });
  const { id: playbookId } = await service.client.createPlaybook([{ action: 'entra-id:suspend-user', connectionId }]);
  const users = service.tenant.users().slice(-(KILLS + FREEZES)).map(({ id }) => id);
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => service.startWorker()));
  const scene = { service, playbookId, users, workers };
  const afterKill: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) afterKill.push(await loseWorker(scene, kill, killed));
  const afterFreeze: number[] = [];
  for (let freeze = 0; freeze < FREEZES; freeze += 1) afterFreeze.push(await loseWorker(scene, KILLS + freeze, frozen));
  const figure = (what: string, value: number, unit: string): Figure => ({ part: 'recovery', what, value, unit });
  return [
    figure(`kill -9 of a worker in the middle of a call until another one calls, p50 of ${KILLS}`, median(afterKill), 'ms'),
    { ...figure('the same, p95', percentile(afterKill, 0.95), 'ms'), limit: AT_MOST_MS },
    figure('the same, longest', Math.max(...afterKill), 'ms'),
    { ...figure(`SIGSTOP of a worker until another one calls, longest of ${FREEZES}`, Math.max(...afterFreeze), 'ms'), limit: FROZEN_AT_MOST_MS },
    { ...figure('steps that changed their user twice, or not at all', await wronglyDone(service, users), 'faults'), limit: 0 },
  ];
}

/** A run whose worker is lost while the provider holds the answer to its change back: from the loss to the next call about its user. */
async function loseWorker({ service, playbookId, users, workers }: Scene, index: number, lose: (worker: OwnProcess, untilOver: () => Promise<unknown>) => Promise<number>): Promise<number> {
  const { client, tenant } = service;
  const user = users[index] ?? '';
  const calls = () => tenant.journal.filter(({ userId }) => userId === user).length;
  tenant.injectFault({ match: { method: 'PATCH', path: user }, delayMs: HELD_MS });
  const runId = await client.run(playbookId, { target: { kind: 'USER', id: user } });
  await comesAbout(() => tenant.journal.some(({ userId, method }) => userId === user && method === 'PATCH'), 'the change is asked for');
  const pid = await service.count(`${HOLDER} '${runId}'`);
  const worker = workers.find((one) => one.pid === pid);
  if (!worker) throw new Error(`No worker of this benchmark works on ${runId}.`);
  const before = calls();
  const tookMs = await lose(worker, () => until(calls, (now) => now > before, FROZEN_AT_MOST_MS * 2));
  workers[workers.indexOf(worker)] = await service.startWorker();
  await service.until(`select count(*) from run where id = '${runId}' and status = 'SUCCEEDED'`, (done) => done === 1);
  return tookMs;
}

async function killed(worker: OwnProcess, untilOver: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await Promise.all([worker.end('SIGKILL'), untilOver()]);
  return performance.now() - from;
}

/** On waking, a worker that counted as hung ends by itself. */
async function frozen(worker: OwnProcess, untilOver: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  process.kill(worker.pid, 'SIGSTOP');
  await untilOver();
  const tookMs = performance.now() - from;
  process.kill(worker.pid, 'SIGCONT');
  await worker.ended;
  return tookMs;
}

/** The tenant counts: the change that was never answered was not carried out, so each user was changed once. */
async function wronglyDone({ tenant }: Service, users: readonly string[]): Promise<number> {
  return users.filter((id) => tenant.journal.filter(({ userId, kind, hadEffect }) => userId === id && kind === 'users.update' && hadEffect).length !== 1 || tenant.user(id).accountEnabled).length;
}
