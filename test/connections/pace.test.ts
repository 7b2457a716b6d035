import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { comesAbout } from '../support/until.js';

const SOON = { maxAttempts: 3, backoff: 'PT0.02S', maxBackoff: 'PT0.05S' };

let app: TestApp;
let connectionId: string;

async function start(options: TestAppOptions = {}): Promise<void> {
  app = await startTestApp(options);
  connectionId = await app.admin.connect();
}

afterEach(() => app[Symbol.asyncDispose]());

const playbookOf = async (action: string, connection = connectionId) => (await app.admin.createPlaybook([{ key: 'step', action, connectionId: connection, retry: SOON }])).id;
const startRuns = (playbookId: string, count: number) => Promise.all(Array.from({ length: count }, (_run, index) => app.admin.run(playbookId, { target: { kind: 'USER', id: `user-${index}` } })));
const lastOf = async (runId: string) => (await app.admin.follow(runId)).at(-1)?.type;

describe('one answer that asks for quiet', () => {
  test('holds all calls by the connection until then', async () => {
    await start();
    app.lab.behaviours.set('alpha', throttle(3_000));
    const first = await app.admin.run(await playbookOf('lab:alpha'));
    const held = await playbookOf('lab:beta');
    await app.admin.follow(first, 0, ({ type }) => type === 'STEP_RETRY_SCHEDULED');
    const throttledAt = Date.now();
    const second = await app.admin.run(held);
    await comesAbout(() => app.lab.callsOf('beta') === 1, 'it goes on');
    expect(Date.now() - throttledAt).toBeGreaterThan(2_000);
    for (const runId of [first, second]) expect(await lastOf(runId)).toBe('RUN_SUCCEEDED');
  });

  test('holds another worker, too; who waits is told once and has lost no try', async () => {
    await start();
    await using other = await startTestApp({ database: app.database });
    const once = throttle(600_000);
    for (const { lab } of [app, other]) lab.behaviours.set('alpha', once);
    const held = await playbookOf('lab:beta');
    await app.admin.follow(await app.admin.run(await playbookOf('lab:alpha')), 0, ({ type }) => type === 'STEP_RETRY_SCHEDULED');
    const behind = await startRuns(held, 20);
    for (const runId of behind) {
      const events = await app.admin.follow(runId, 0, ({ type }) => type === 'STEP_WAITING');
      expect(events.at(-1)?.message).toBe('step waits for its turn: its tenant asked to be called less.');
    }
    expect([...app.lab.calls, ...other.lab.calls].map(({ action }) => action)).toEqual(['alpha']);

    await app.database.query(`update connection_pace set throttled_until = now()`);
    await app.database.query(`update graphile_worker._private_jobs set run_at = now() where key like 'run:%'`);
    for (const runId of behind) {
      const events = await app.admin.follow(runId);
      expect(events.filter(({ type }) => type === 'STEP_WAITING')).toHaveLength(1);
      expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
      expect((await app.admin.read(runId)).steps.map(({ attempts }) => attempts.length)).toEqual([1]);
    }
    expect([...app.lab.calls, ...other.lab.calls].filter(({ action }) => action === 'beta')).toHaveLength(20);
  });

  test('holds nobody at another tenant, and a conflict about one target holds nobody at all', async () => {
    await start();
    app.lab.behaviours.set('alpha', throttle(60_000));
    await app.admin.follow(await app.admin.run(await playbookOf('lab:alpha')), 0, ({ type }) => type === 'STEP_RETRY_SCHEDULED');
    const elsewhere = await app.admin.connect();
    app.lab.behaviours.set('beta', ({ attempt }) => {
      if (attempt === 1) throw new ActionError('CONFLICT', 'Somebody else is at it.', { retryable: true, retryAfterMs: 60_000 });
    });
    await app.admin.follow(await app.admin.run(await playbookOf('lab:beta', elsewhere)), 0, ({ type }) => type === 'STEP_RETRY_SCHEDULED');
    expect(await lastOf(await app.admin.run(await playbookOf('lab:gamma', elsewhere)))).toBe('RUN_SUCCEEDED');
  });

  test('leaves a run that waits free to be canceled', async () => {
    await start();
    app.lab.behaviours.set('alpha', throttle(60_000));
    await app.admin.follow(await app.admin.run(await playbookOf('lab:alpha')), 0, ({ type }) => type === 'STEP_RETRY_SCHEDULED');
    const runId = await app.admin.run(await playbookOf('lab:beta'));
    await app.admin.follow(runId, 0, ({ type }) => type === 'STEP_WAITING');
    const waiting = await app.admin.read(runId);
    expect(waiting).toMatchObject({ status: 'QUEUED', steps: [{ status: 'QUEUED', attempts: [], nextAttemptAt: expect.any(String) }] });
    await app.admin.ask('mutation ($id: ID!) { cancelRun(input: { runId: $id }) { run { id } } }', { id: runId });
    expect(await lastOf(runId)).toBe('RUN_CANCELED');
    expect((await app.admin.read(runId)).steps[0]?.nextAttemptAt).toBeNull();
  });
});

/** Once, whoever calls. */
function throttle(retryAfterMs: number): () => void {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls === 1) throw new ActionError('THROTTLED', 'Slow down.', { retryable: true, retryAfterMs, trouble: 'THROTTLED' });
  };
}

describe('a provider in trouble', () => {
  const HEALTH = 'query ($id: ID!) { connection: node(id: $id) { ... on Connection { health { ok problemCode problem warnings } } } }';
  const health = async () => (await app.admin.ask<{ connection: { health: { ok: boolean; problemCode: string | null; problem: string | null; warnings: string[] } } }>(HEALTH, { id: connectionId })).connection.health;
  const check = () => app.admin.ask('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { id } } }', { id: connectionId });
  const lookNow = async () => {
    await app.database.query(`update connection_pace set open_until = now()`);
    await app.database.query(`update graphile_worker._private_jobs set run_at = now() where key like 'check:%'`);
  };
  const unavailable = new ActionError('PROVIDER_UNAVAILABLE', 'It answered 503.', { retryable: true, trouble: 'UNAVAILABLE', remedy: 'Wait.' });
  let isDown: boolean;

  /** Opens the circuit by five failures in a row, and says which runs failed meanwhile. */
  async function breakDown(): Promise<string[]> {
    await start();
    isDown = true;
    app.lab.check = () => {
      if (isDown) throw unavailable;
      return { granted: ['Lab.All'] };
    };
    app.lab.behaviours.set('alpha', () => {
      if (isDown) throw unavailable;
    });
    const runIds = await startRuns((await app.admin.createPlaybook([{ key: 'step', action: 'lab:alpha', connectionId, retry: { ...SOON, maxAttempts: 10 } }])).id, 3);
    await comesAbout(async () => (await health()).problemCode === 'CIRCUIT_OPEN', 'the circuit opens');
    return runIds;
  }

  test('opens the circuit: steps wait and lose no try, the health says so, and a playbook may still be started', async () => {
    const runIds = await breakDown();
    const calls = app.lab.calls.length;
    expect(await health()).toMatchObject({ ok: false, problem: expect.stringMatching(/^CIRCUIT_OPEN: .*steps wait.*It answered 503\. Wait\..*checkConnection/) });
    const late = await app.admin.run(await playbookOf('lab:beta'));
    const events = await app.admin.follow(late, 0, ({ type }) => type === 'STEP_WAITING');
    expect(events.at(-1)?.message).toContain('keep failing');
    expect(calls).toBeLessThan(5 + 16);
    await comesAbout(async () => (await Promise.all(runIds.map((id) => app.admin.read(id)))).every(({ steps }) => steps[0]?.status === 'RETRYING'), 'all wait');
    const before = app.lab.calls.length;

    isDown = false;
    await check();
    expect(await health()).toMatchObject({ ok: true, problem: null });
    for (const runId of [...runIds, late]) expect(await lastOf(runId)).toBe('RUN_SUCCEEDED');
    expect(app.lab.calls).toHaveLength(before + 4);
    expect((await app.admin.read(late)).steps[0]?.attempts).toHaveLength(1);
  });

  test('is looked at by one check after the wait, not by steps: while that fails nobody calls, once it does not all go on', async () => {
    const runIds = await breakDown();
    await comesAbout(async () => (await Promise.all(runIds.map((id) => app.admin.read(id)))).every(({ steps }) => steps[0]?.status === 'RETRYING'), 'all wait');
    const [calls, checks] = [app.lab.calls.length, app.lab.checks];
    await lookNow();
    await comesAbout(async () => app.lab.checks > checks && (await openUntil()) > Date.now() + 20_000, 'it was looked at, and stays open');
    expect(app.lab.calls).toHaveLength(calls);

    isDown = false;
    const waiting = await app.admin.run(await playbookOf('lab:beta'));
    await app.admin.follow(waiting, 0, ({ type }) => type === 'STEP_WAITING');
    await lookNow();
    expect(await lastOf(waiting)).toBe('RUN_SUCCEEDED');
    expect((await health()).ok).toBe(true);
  });

  test('holds no run for ever whose connection is deleted meanwhile', async () => {
    const runIds = await breakDown();
    const { playbooks } = await app.admin.ask<{ playbooks: { nodes: { id: string }[] } }>('{ playbooks { nodes { id } } }');
    for (const { id } of playbooks.nodes) await app.admin.ask('mutation ($id: ID!) { deletePlaybook(input: { id: $id }) { playbook { id } } }', { id });
    await app.admin.ask('mutation ($id: ID!) { deleteConnection(input: { id: $id }) { connection { id } } }', { id: connectionId });
    await lookNow();
    for (const runId of runIds) {
      expect(await lastOf(runId)).toBe('RUN_FAILED');
      expect((await app.admin.read(runId)).steps[0]?.error?.code).toBe('CONNECTION_DELETED');
    }
  });

  test('is closed on trial: one more failure opens it again at once', async () => {
    await breakDown();
    isDown = false;
    await check();
    isDown = true;
    await app.admin.run(await playbookOf('lab:alpha'));
    await comesAbout(async () => (await health()).problemCode === 'CIRCUIT_OPEN', 'it opens again');
  });

  test('counts only what fails in a row: an answer in between, a refusal too, begins anew', async () => {
    await start();
    let call = 0;
    app.lab.behaviours.set('alpha', () => {
      call += 1;
      if (call % 4 === 0) throw new ActionError('TARGET_NOT_FOUND', 'No such user.');
      throw unavailable;
    });
    const playbookId = (await app.admin.createPlaybook([{ key: 'step', action: 'lab:alpha', connectionId, retry: { ...SOON, maxAttempts: 10 } }])).id;
    for (let runs = 0; runs < 3; runs += 1) expect(await lastOf(await app.admin.run(playbookId))).toBe('RUN_FAILED');
    expect(call).toBe(12);
    expect((await health()).ok).toBe(true);
  });

  const openUntil = async () => ((await app.database.query(`select open_until from connection_pace`)).rows[0]?.['open_until'] as Date).getTime();
});
