import type { TestClient } from '../../test/support/test-client.ts';
import { timed, type Figure } from '../figures.ts';
import { startService, type Service } from '../processes.ts';
import { shareOut } from '../stream/event-stream.ts';

const RUNS = 150;
const WORKERS = 3;
const APIS = 3;
/** As far away as Microsoft's answers are. Workers wait for them most of the time, so it is the workers that are too few. */
const ANSWER_MS = 100;
/** Few, so that one worker is full long before two cores are. */
const AT_ONCE = 4;
const AT_LEAST = 2;

/** How many runs a second are done by one, two and three workers, with three processes of the API that take the requests. */
export async function measureScale(): Promise<Figure[]> {
  await using service = await startService({ env: { WORKER_CONCURRENCY: String(AT_ONCE), CONNECTION_CONCURRENCY: '64', CONNECTION_STARTS_PER_SECOND: '100000' }, fillerUsers: RUNS });
  const { tenant, client } = service;
  tenant.changeBehaviour({ effectDelayMs: 0 });
  const connectionId = await client.connect('entra-id', { tenantId: service.tenantId });
  const { id: playbookId } = await client.createPlaybook([{ action: 'entra-id:suspend-user', connectionId }]);
  const clients = [client, ...(await Promise.all(Array.from({ length: APIS - 1 }, () => service.startApi())))];
  tenant.injectFault({ match: { path: '/v1.0/users' }, delayMs: ANSWER_MS, times: null });
  const perSecond: number[] = [];
  for (let workers = 1; workers <= WORKERS; workers += 1) {
    await service.startWorker();
    await finish(service, clients, playbookId, AT_ONCE * workers); // the new one has made its connections
    perSecond.push(RUNS / ((await timed(() => finish(service, clients, playbookId, RUNS))) / 1_000));
  }
  const figure = (what: string, value: number, unit: string): Figure => ({ part: 'scale', what, value, unit });
  return [
    ...perSecond.map((value, index) => figure(`${APIS} processes of the API, ${index + 1} of workers`, value, 'runs/s')),
    { ...figure(`${WORKERS} workers to one`, (perSecond.at(-1) ?? 0) / (perSecond[0] ?? Number.NaN), 'times'), atLeast: AT_LEAST },
  ];
}

async function finish(service: Service, clients: readonly TestClient[], playbookId: string, runs: number): Promise<void> {
  const finished = 'select count(*) from run where finished_at is not null';
  const before = await service.count(finished);
  const users = service.tenant.users().slice(-runs).map(({ id }) => id);
  await shareOut(users, clients.length * 2, async (id, index) => void (await clients[index % clients.length]?.run(playbookId, { target: { kind: 'USER', id } })));
  await service.until(finished, (found) => found >= before + runs);
}
