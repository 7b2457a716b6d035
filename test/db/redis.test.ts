import { createClient } from '@redis/client';
import { keptLog } from '../support/log-lines.js';
import { OwnProgram, freePort, hasProgram } from '../support/programs.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { comesAbout, until } from '../support/until.js';

const describeHere = hasProgram('redis') ? describe : describe.skip;
const startRedis = (port: number): Promise<OwnProgram> => OwnProgram.start('redis', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], port);

describeHere('with REDIS_URL', () => {
  /** A run whose only step waits until it is let go. */
  async function startHeldRun({ admin, lab }: TestApp): Promise<{ runId: string; letGo: () => void }> {
    const { promise, resolve } = Promise.withResolvers<void>();
    lab.behaviours.set('alpha', () => promise);
    const { id } = await admin.createPlaybook([{ action: 'lab:alpha', connectionId: await admin.connect() }]);
    const runId = await admin.run(id);
    await until(() => lab.callsOf('alpha'), (calls) => calls > 0);
    return { runId, letGo: resolve };
  }

  /** Follows at one process what another one does. */
  async function follow(url: string, { admin }: TestApp, runId: string): Promise<{ seen: string[]; ended: Promise<unknown> }> {
    const seen: string[] = [];
    const ended = new TestClient(url, admin.key).follow(runId, 0, ({ type }) => {
      seen.push(type);
      return false;
    });
    await comesAbout(() => seen.includes('STEP_STARTED'), 'the follower has caught up');
    return { seen, ended };
  }

  const subscribers = async (port: number): Promise<number> => {
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    await client.connect();
    const { run_progress: count = 0 } = (await client.pubSubNumSub(['run_progress'])) as Record<string, number>;
    client.destroy();
    return Number(count);
  };

  it('a follower at another process is told by Redis, and nobody listens at the database', async () => {
    const port = await freePort();
    await using _redis = await startRedis(port);
    const redisUrl = `redis://127.0.0.1:${port}`;
    await using worker = await startTestApp({ redisUrl });
    await using api = await startTestApp({ redisUrl, database: worker.database, runsEngine: false });
    await comesAbout(async () => (await subscribers(port)) === 2, 'both processes have subscribed');
    const { rows } = await worker.database.query(`select 1 from pg_stat_activity where datname = current_database() and application_name = 'countermeasure-listen'`);
    expect(rows).toEqual([]);
    const told: string[] = [];
    const listener = createClient({ url: redisUrl });
    await listener.connect();
    await listener.subscribe('run_progress', (payload) => told.push(payload));
    const { runId, letGo } = await startHeldRun(worker);
    const { ended } = await follow(api.app.url, worker, runId);
    letGo();
    expect(((await ended) as { type: string }[]).at(-1)).toMatchObject({ type: 'RUN_SUCCEEDED' });
    listener.destroy();
    // Hints alone travel there: which run, and how far it has come.
    expect(told.join(' ').split(' ').every((notice) => /^(run|apr|key|con)_[0-9a-z]{26}:\d+$/.test(notice))).toBe(true);
    expect(told.join(' ')).toContain(runId);
  });

  it.each([
    ['is killed', 'SIGKILL'],
    ['is frozen', 'SIGSTOP'],
  ] as const)('runs go on and followers miss nothing while Redis %s, and are told again when it is back', async (_what, signal) => {
    const port = await freePort();
    const redisUrl = `redis://127.0.0.1:${port}`;
    const { logger, lines } = keptLog();
    const redis = await startRedis(port);
    await using _redis = redis;
    await using worker = await startTestApp({ redisUrl, logger });
    await using api = await startTestApp({ redisUrl, database: worker.database, runsEngine: false });
    const { runId, letGo } = await startHeldRun(worker);
    const { ended } = await follow(api.app.url, worker, runId);
    redis.signal(signal);
    letGo();
    const events = (await ended) as { sequence: number; type: string }[];
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ type: 'RUN_SUCCEEDED' });
    if (signal === 'SIGSTOP') redis.signal('SIGCONT');
    await using _again = signal === 'SIGKILL' ? await startRedis(port) : undefined;
    await comesAbout(async () => (await subscribers(port)) === 2, 'both processes have subscribed again');
    const next = await startHeldRun(worker);
    const following = await follow(api.app.url, worker, next.runId);
    next.letGo();
    await following.ended;
    if (signal === 'SIGKILL') expect(lines.filter(({ msg }) => `${msg}`.startsWith('Redis is away'))).toHaveLength(1);
  });

  it('the service starts although Redis is away', async () => {
    const port = await freePort();
    const redisUrl = `redis://127.0.0.1:${port}`;
    await using app = await startTestApp({ redisUrl });
    const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: await app.admin.connect() }]);
    const runId = await app.admin.run(id);
    expect((await app.admin.follow(runId)).at(-1)).toMatchObject({ type: 'RUN_SUCCEEDED' });
    await using _redis = await startRedis(port);
    await comesAbout(async () => (await subscribers(port)) === 1, 'it has subscribed');
  });
});
