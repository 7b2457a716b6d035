import { ActionError, type ResolvedTarget } from '@countermeasure/sdk';
import { startTestApp } from '../support/test-app.js';

const search = 'query ($playbookId: ID, $connectionId: ID, $query: String!, $first: Int) { searchTargets(playbookId: $playbookId, connectionId: $connectionId, query: $query, first: $first) { kind id displayName username privileged protected } }';
const user = (id: string, more: Partial<ResolvedTarget> = {}): ResolvedTarget => ({ kind: 'USER', id, displayName: `User ${id}`, ...more });

test('a tenant is searched by its connection, with what the provider knows of each target', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  app.lab.search = () => Promise.resolve([user('1', { username: 'one@x', privileged: true }), user('2')]);
  await app.admin.ask('mutation { updateGuardrails(input: { protectedTargets: [{ kind: USER, id: "ONE@x", reason: "Emergencies." }] }) { guardrails { protectedTargets { id } } } }');
  const { searchTargets } = await app.admin.ask<{ searchTargets: object[] }>(search, { connectionId, query: '  on ' });
  expect(searchTargets).toEqual([
    { kind: 'USER', id: '1', displayName: 'User 1', username: 'one@x', privileged: true, protected: true },
    { kind: 'USER', id: '2', displayName: 'User 2', username: null, privileged: null, protected: false },
  ]);
  expect(app.lab.searches).toEqual(['on']);
});

test('for a playbook all tenants that its steps act on are searched, and nobody is found twice', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const [one, two] = [await app.admin.connect(), await app.admin.connect()];
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: one }, { action: 'lab:beta', connectionId: two }, { action: 'lab:gamma', connectionId: one }]);
  app.lab.search = () => Promise.resolve([user(String(app.lab.searches.length)), user('both')]);
  const { searchTargets } = await app.admin.ask<{ searchTargets: { id: string }[] }>(search, { playbookId: playbook.id, query: 'a' });
  expect(app.lab.searches).toHaveLength(2);
  expect(searchTargets.map(({ id }) => id).sort()).toEqual(['1', '2', 'both']);
});

test('what was just found is not asked for again, whatever its case; another search is', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  for (const query of ['ada', 'ADA', 'ada ', 'adam']) await app.admin.ask(search, { connectionId, query });
  expect(app.lab.searches).toEqual(['ada', 'adam']);
});

test('a client that hangs up ends the call at the provider', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  const asked = Promise.withResolvers<AbortSignal>();
  app.lab.search = (_query, signal) => {
    asked.resolve(signal);
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  };
  const hangingUp = new AbortController();
  const request = fetch(`${app.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${app.admin.key}` },
    body: JSON.stringify({ query: search, variables: { connectionId, query: 'ada' } }),
    signal: hangingUp.signal,
  });
  const signal = await asked.promise;
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
  hangingUp.abort();
  await expect(request).rejects.toThrow();
  await aborted;
});

test.each([
  [{}, 'playbookId'],
  [{ playbookId: 'pbk_01h455vb4pex5vsknk084sn02q', connectionId: 'con_01h455vb4pex5vsknk084sn02q' }, 'playbookId'],
  [{ connectionId: 'nonsense' }, 'connectionId'],
  [{ connectionId: 'con_01h455vb4pex5vsknk084sn02q', first: 0 }, 'first'],
  [{ connectionId: 'con_01h455vb4pex5vsknk084sn02q', first: 26 }, 'first'],
  [{ connectionId: 'con_01h455vb4pex5vsknk084sn02q', query: 'x'.repeat(201) }, 'query'],
])('%j is refused at %s', async (variables, place) => {
  await using app = await startTestApp({ runsEngine: false });
  const { extensions } = await app.admin.refusal(search, { query: 'ada', ...variables });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: [place] }] });
});

test('an empty search finds nobody, an unknown place is NOT_FOUND, and a VIEWER may not search', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  expect((await app.admin.ask<{ searchTargets: object[] }>(search, { connectionId, query: '  ' })).searchTargets).toEqual([]);
  expect(app.lab.searches).toEqual([]);
  expect((await app.admin.refusal(search, { connectionId: 'con_01h455vb4pex5vsknk084sn02q', query: 'a' })).extensions.code).toBe('NOT_FOUND');
  expect((await app.admin.refusal(search, { playbookId: 'pbk_01h455vb4pex5vsknk084sn02q', query: 'a' })).extensions.code).toBe('NOT_FOUND');
  expect((await (await app.clientWith('VIEWER')).refusal(search, { connectionId, query: 'a' })).extensions.code).toBe('FORBIDDEN');
});

test.each([
  ['THROTTLED', 'RATE_LIMITED'],
  ['PERMISSION_MISSING', 'PRECONDITION_FAILED'],
])('a provider that refuses with %s is told as %s, with the tenant and the remedy', async (code, told) => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  app.lab.search = () => Promise.reject(new ActionError(code, 'It says no.', { remedy: 'Do this.' }));
  const refusal = await app.admin.refusal(search, { connectionId, query: 'ada' });
  expect(refusal.extensions.code).toBe(told);
  expect(refusal.message).toMatch(/A tenant could not be searched: It says no\. Do this\./);
});
