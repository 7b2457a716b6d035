import { startTestApp, type TestApp } from '../support/test-app.js';

const RUN = 'mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }';

let app: TestApp;
let playbookId: string;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  ({ id: playbookId } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]));
});

afterAll(() => app[Symbol.asyncDispose]());

const count = async () => (await app.admin.ask<{ runs: { totalCount: number } }>('{ runs { totalCount } }')).runs.totalCount;

test('the same key and input start one run, however often and however close together they are sent', async () => {
  const before = await count();
  const ids = await Promise.all(Array.from({ length: 10 }, () => app.admin.run(playbookId, { idempotencyKey: 'alert-1' })));
  expect(new Set(ids).size).toBe(1);
  expect(await app.admin.run(playbookId, { idempotencyKey: 'alert-1' })).toBe(ids[0]);
  expect(await count()).toBe(before + 1);
});

test('the same key with another input is refused', async () => {
  await app.admin.run(playbookId, { idempotencyKey: 'alert-2' });
  const { extensions } = await app.admin.refusal(RUN, { input: { playbookId, target: { kind: 'USER', id: 'somebody.else' }, idempotencyKey: 'alert-2' } });
  expect(extensions.code).toBe('IDEMPOTENCY_CONFLICT');
});

test('keys of two callers do not meet', async () => {
  const other = await app.clientWith('RESPONDER');
  expect(await other.run(playbookId, { idempotencyKey: 'alert-1' })).not.toBe(await app.admin.run(playbookId, { idempotencyKey: 'alert-1' }));
});

test('without a key every request starts a run', async () => {
  expect(await app.admin.run(playbookId)).not.toBe(await app.admin.run(playbookId));
});
