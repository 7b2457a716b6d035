import type { Action } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { connect, essence, isTokenCall } from './connection.js';
import { answerAsMicrosoft, CLOUD_NAMES, CLOUDS, HOSTS, tokenFrom, USER } from './microsoft.js';
import { startRecorder, type Recorder } from './recorder.js';

let recorder: Recorder;

beforeAll(async () => {
  recorder = await startRecorder(HOSTS, answerAsMicrosoft);
});

afterAll(() => recorder.stop());

beforeEach(() => recorder.forget());

afterEach(() => expect(recorder.strays).toEqual([]));

const IDEMPOTENCY_KEY = '0190a1b2-0000-7000-8000-000000000001';
const TARGET = { kind: 'USER', id: USER.id, displayName: USER.displayName, username: USER.userPrincipalName } as const;

interface Expected {
  readonly input?: object;
  /** The properties that the dry run reads, those that are read before the change, and those by which it is seen. */
  readonly reads: { readonly plan: string; readonly run: string; readonly verify: string };
  readonly write: { readonly method: string; readonly segment?: string; readonly body: object };
}

const ACCOUNT = { plan: 'accountEnabled,onPremisesSyncEnabled', run: 'accountEnabled,onPremisesSyncEnabled', verify: 'accountEnabled' };
const PASSWORD = { plan: 'userPrincipalName,userType,passwordProfile', run: 'userPrincipalName,userType', verify: 'passwordProfile' };
const SESSIONS = 'userPrincipalName,userType,signInSessionsValidFromDateTime';

/**
 * @see https://learn.microsoft.com/graph/api/user-update
 * @see https://learn.microsoft.com/graph/api/user-revokesigninsessions
 */
const EXPECTED: readonly [name: string, expected: Expected][] = [
  ['suspend-user', { reads: ACCOUNT, write: { method: 'PATCH', body: { accountEnabled: false } } }],
  ['unsuspend-user', { reads: ACCOUNT, write: { method: 'PATCH', body: { accountEnabled: true } } }],
  ['force-password-reset', { reads: PASSWORD, write: { method: 'PATCH', body: { passwordProfile: { forceChangePasswordNextSignIn: true } } } }],
  ['force-password-reset', { input: { withMfa: true }, reads: PASSWORD, write: { method: 'PATCH', body: { passwordProfile: { forceChangePasswordNextSignInWithMfa: true } } } }],
  ['clear-user-sessions', { reads: { plan: SESSIONS, run: SESSIONS, verify: 'signInSessionsValidFromDateTime' }, write: { method: 'POST', segment: '/revokeSignInSessions', body: {} } }],
];

function actionOf(name: string): Action {
  const action = plugin.actions.find((candidate) => candidate.name === name);
  if (!action) throw new Error(`There is no action ${name}.`);
  return action;
}

test('every action stands in the table', () => {
  expect(new Set(EXPECTED.map(([name]) => name))).toEqual(new Set(plugin.actions.map(({ name }) => name)));
});

describe.each(CLOUD_NAMES)('in the cloud %s', (cloud) => {
  const { authority, graph } = CLOUDS[cloud];
  const path = `https://${graph}/v1.0/users/${USER.id}`;
  const reading = (select: string) => ({ call: `GET ${path}`, query: { $select: select }, body: undefined });

  /** Carries out one part of an action with a token at hand, and answers the calls that it made. */
  async function callsOf(name: string, input: object, part: 'plan' | 'run' | 'verify') {
    const action = actionOf(name);
    const context = { client: connect(cloud), target: TARGET, input: action.input.parse(input), signal: new AbortController().signal };
    if (part === 'plan') await action.plan(context);
    if (part === 'run') await action.run({ ...context, idempotencyKey: IDEMPOTENCY_KEY, progress: () => undefined });
    if (part === 'verify') await action.verify?.({ ...context, output: undefined, since: new Date() });
    const [token, ...calls] = recorder.calls;
    expect(token).toMatchObject({ method: 'POST', host: authority });
    expect(calls.some(isTokenCall)).toBe(false);
    for (const { headers } of calls) expect(headers).toMatchObject({ authorization: `Bearer ${tokenFrom(authority)}`, accept: '*/*' });
    return calls;
  }

  test.each(EXPECTED)('plan of %s only reads the user', async (name, { input = {}, reads }) => {
    expect((await callsOf(name, input, 'plan')).map(essence)).toEqual([reading(reads.plan)]);
  });

  test.each(EXPECTED)('run of %s reads the user and makes the documented call, under the id of the step', async (name, { input = {}, reads, write }) => {
    const calls = await callsOf(name, input, 'run');
    const { method, segment = '', body } = write;
    expect(calls.map(essence)).toEqual([reading(reads.run), { call: `${method} ${path}${segment}`, query: {}, body }]);
    expect(calls[1]?.headers).toMatchObject({ 'client-request-id': IDEMPOTENCY_KEY, 'content-type': 'application/json' });
  });

  test.each(EXPECTED)('verify of %s reads what it changed', async (name, { input = {}, reads }) => {
    expect((await callsOf(name, input, 'verify')).map(essence)).toEqual([reading(reads.verify)]);
  });
});
