import { isActionError, type ActionError, type EventType, type PolledFeed, type SubscribedFeed } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { connect, essence, isTokenCall } from './wire/connection.js';
import { answerAsMicrosoft, CLOUD_NAMES, CLOUDS, HOSTS } from './wire/microsoft.js';
import { startRecorder, type Recorder, type WireAnswer, type WireCall } from './wire/recorder.js';

const PERMISSIONS = ['IdentityRiskEvent.Read.All', 'IdentityRiskyUser.Read.All', 'AuditLog.Read.All', 'SecurityAlert.Read.All'];

let recorder: Recorder;

beforeAll(async () => {
  recorder = await startRecorder(HOSTS, (call) => answerAsMicrosoft(call, PERMISSIONS));
});

afterAll(() => recorder.stop());
beforeEach(() => recorder.forget());
afterEach(() => expect(recorder.strays).toEqual([]));

const { signal } = new AbortController();
const SINCE = new Date('2026-03-01T03:00:00.000Z');
const graphCalls = () => recorder.calls.filter((call) => !isTokenCall(call));

function answerGraph(answer: (call: WireCall) => WireAnswer, permissions: readonly string[] = PERMISSIONS): void {
  recorder.answerBy((call) => (isTokenCall(call) ? answerAsMicrosoft(call, permissions) : answer(call)));
}

const isPolled = (feed: EventType['feed']): feed is PolledFeed => feed?.kind === 'POLLED';
const isSubscribed = (feed: EventType['feed']): feed is SubscribedFeed => feed?.kind === 'SUBSCRIBED';
const polled = plugin.eventTypes.flatMap(({ id, feed }) => (isPolled(feed) ? [[id, feed] as const] : []));
const feedOf = (id: string): PolledFeed => {
  const [, feed] = polled.find(([candidate]) => candidate === id) ?? [];
  if (!feed) throw new Error(`${id} is not polled.`);
  return feed;
};

async function failureOf(work: Promise<unknown>): Promise<ActionError> {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  if (isActionError(error)) return error;
  throw new Error(`An ActionError was expected, not ${String(error)}`);
}

/** What each list is asked for. */
const LISTS: Readonly<Record<string, { readonly path: string; readonly moment: string; readonly top: number; readonly order?: string }>> = {
  'entra-id:risk-detection': { path: '/identityProtection/riskDetections', moment: 'lastUpdatedDateTime', top: 500, order: 'lastUpdatedDateTime' },
  'entra-id:risky-user': { path: '/identityProtection/riskyUsers', moment: 'riskLastUpdatedDateTime', top: 500, order: 'riskLastUpdatedDateTime' },
  'entra-id:sign-in': { path: '/auditLogs/signIns', moment: 'createdDateTime', top: 999, order: 'createdDateTime' },
  'entra-id:directory-audit': { path: '/auditLogs/directoryAudits', moment: 'activityDateTime', top: 999, order: 'activityDateTime' },
  'microsoft:security-alert': { path: '/security/alerts_v2', moment: 'lastUpdateDateTime', top: 100 },
};

test('every polled list stands in the table', () => expect(polled.map(([id]) => id)).toEqual(Object.keys(LISTS)));

describe.each(polled)('%s', (id, feed) => {
  const { path = '', moment = '', top, order } = LISTS[id] ?? {};
  const read = (page?: string, since = SINCE) => feed.read({ client: connect(), since, page, signal });
  const link = `https://graph.microsoft.com/v1.0${path.toLowerCase()}?$filter=${moment}%20ge%20x&$skiptoken=a%2Bb=+c~(1)`;

  test.each(CLOUD_NAMES)('in the cloud %s, it asks for what came since, and for values that came into enumerations later', async (cloud) => {
    answerGraph(() => ({ body: { value: [] } }));
    expect(await feed.read({ client: connect(cloud), since: SINCE, page: undefined, signal })).toEqual({ events: [] });
    expect(graphCalls().map(essence)).toEqual([{ call: `GET https://${CLOUDS[cloud].graph}/v1.0${path}`, query: { $filter: `${moment} ge 2026-03-01T03:00:00.000Z`, ...(order && { $orderby: order }), $top: String(top) }, body: undefined }]);
    expect(graphCalls()[0]?.headers).toMatchObject({ prefer: 'include-unknown-enum-members' });
  });

  test('a page is told the oldest first, and what is no record is left out', async () => {
    const record = (time: string) => ({ id: time, [moment]: time });
    answerGraph(() => ({ body: { value: [record('2026-03-01T05:00:00.1234567Z'), null, 'x', record('2026-03-01T04:00:00Z'), ['y']], '@odata.nextLink': link } }));
    const { events, nextPage } = await read();
    expect(events).toEqual([record('2026-03-01T04:00:00Z'), record('2026-03-01T05:00:00.1234567Z')]);
    expect(nextPage).toBe(link);
  });

  test('the next page is asked for as Microsoft wrote it', async () => {
    answerGraph(() => ({ body: { value: [] } }));
    await read(link);
    expect(graphCalls().map(({ host, path: asked, rawQuery }) => [host, asked, rawQuery])).toEqual([['graph.microsoft.com', `/v1.0${path}`, `$filter=${moment}%20ge%20x&$skiptoken=a%2Bb=+c~(1)`]]);
  });

  test.each([
    'nonsense', '', '?$skiptoken=x', `http://graph.microsoft.com/v1.0${path}?$skiptoken=x`, `https://graph.microsoft.com.evil.example/v1.0${path}?$skiptoken=x`,
    `https://graph.microsoft.com@evil.example/v1.0${path}?$skiptoken=x`, 'https://graph.microsoft.com/v1.0/users?$skiptoken=x', `https://graph.microsoft.com/v1.0${path}/../../users?$skiptoken=x`,
    `https://graph.microsoft.us/v1.0${path}?$skiptoken=x`, `https://graph.microsoft.com/v1.0${path}`,
  ])('the stored page %s is not followed', async (page) => {
    expect(await failureOf(read(page))).toMatchObject({ code: 'PAGE_UNUSABLE', retryable: false });
    expect(graphCalls()).toEqual([]);
  });

  test.each([400, 404])('a page that Microsoft answers with %s is to be begun anew', async (status) => {
    answerGraph(() => ({ status, body: { error: { code: 'BadRequest', message: 'The token has expired.' } } }));
    expect(await failureOf(read(link))).toMatchObject({ code: 'PAGE_UNUSABLE', retryable: false });
  });

  test('a permission that was not granted is named', async () => {
    answerGraph(() => ({ status: 403, body: { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges.' } } }), []);
    const [need] = feed.permissions;
    expect(await failureOf(read())).toMatchObject({ code: 'PERMISSION_MISSING', concernsConnection: true, message: expect.stringContaining(need?.name ?? '?'), retryable: false });
  });

  test.each(['Insufficient privileges.', 'Neither tenant is B2C or tenant doesn\'t have premium license'])('a refusal in spite of the permission (%s) is for want of a licence', async (message) => {
    answerGraph(() => ({ status: 403, body: { error: { code: 'Forbidden', message } } }));
    const error = await failureOf(read());
    expect(error).toMatchObject({ code: 'LICENCE_MISSING', concernsConnection: false, retryable: false });
    expect(error.remedy).toMatch(/P1|P2|Defender|Directory\.Read\.All/);
  });

  test('a request to slow down that does not say for how long is given time', async () => {
    answerGraph(() => ({ status: 429, body: { error: { code: 'TooManyRequests', message: 'Too many requests' } } }));
    const error = await failureOf(read());
    expect(error).toMatchObject({ code: 'THROTTLED', retryable: true });
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(10_000);
  });

  test.each([{}, { value: null }, { value: {} }, null])('an answer that is no page is told as one', async (body) => {
    answerGraph(() => ({ body }));
    expect(await failureOf(read())).toMatchObject({ code: 'PROVIDER_ERROR', retryable: true });
  });

  test('who gives up gets the reason back', async () => {
    answerGraph(() => ({ isWithheld: true }));
    const leaving = new AbortController();
    const reading = feed.read({ client: connect(), since: SINCE, page: undefined, signal: leaving.signal });
    setTimeout(() => leaving.abort(new Error('the service stops')), 50);
    await expect(reading).rejects.toThrow('the service stops');
  });

  test('it looks no more often than Microsoft allows, and goes back further than records are late', () => {
    expect(feed.everyMs).toBeGreaterThanOrEqual(60_000);
    expect(feed.overlapMs).toBeGreaterThanOrEqual(15 * 60_000);
  });
});

test('a verdict on a detection of long ago is no new detection', async () => {
  const detection = (id: string, detectedDateTime: unknown) => ({ id, detectedDateTime, lastUpdatedDateTime: '2026-03-01T04:00:00Z' });
  answerGraph(() => ({ body: { value: [detection('old', '2026-02-01T00:00:00Z'), detection('late', '2026-02-27T04:00:00Z'), detection('new', '2026-03-01T03:59:00Z'), detection('unknown', null)] } }));
  const { events } = await feedOf('entra-id:risk-detection').read({ client: connect(), since: SINCE, page: undefined, signal });
  expect(events.map(({ id }) => id)).toEqual(['late', 'new', 'unknown']);
});

describe('a subscription to the users of a tenant', () => {
  const NOTIFICATION_URL = 'https://countermeasure.example/hooks/microsoft/abc';
  const ID = '7f105c7d-2dc5-4530-97cd-4e7ae6534c07';
  const PATH = '/v1.0/subscriptions';
  const feed = plugin.eventTypes.map((eventType) => eventType.feed).find(isSubscribed);
  if (!feed) throw new Error('Nothing is subscribed to.');
  const subscribe = () => feed.subscribe({ client: connect(), notificationUrl: NOTIFICATION_URL, secret: 'a secret', signal });
  const made = { status: 201, body: { id: ID, expirationDateTime: '2026-12-04T02:00:00Z' } };
  const conflict = { status: 409, body: { error: { code: 'ExtensionError', message: 'Subscription Id x already exists for the requested combination' } } };
  const steps = () => graphCalls().map(({ method, path }) => `${method} ${path}`);

  /** @see https://learn.microsoft.com/graph/api/subscription-post-subscriptions */
  test('is made for less time than Microsoft allows, with the secret, and with lifecycle notices', async () => {
    answerGraph(() => made);
    const before = Date.now();
    expect(await subscribe()).toEqual({ subscriptionId: ID, expiresAt: new Date('2026-12-04T02:00:00Z') });
    const [call] = graphCalls().map(essence);
    expect(call).toMatchObject({ call: `POST https://graph.microsoft.com${PATH}`, body: { changeType: 'updated,deleted', resource: 'users', notificationUrl: NOTIFICATION_URL, lifecycleNotificationUrl: NOTIFICATION_URL, clientState: 'a secret' } });
    const minutes = (Date.parse((call?.body as { expirationDateTime: string }).expirationDateTime) - before) / 60_000;
    expect(minutes).toBeGreaterThan(24 * 60);
    expect(minutes).toBeLessThan(41_760);
  });

  test('that is left over from an attempt of ours is replaced, and nobody else\'s is touched', async () => {
    const left = [{ id: 'ours', resource: 'users', notificationUrl: NOTIFICATION_URL }, { id: 'theirs', resource: 'users', notificationUrl: 'https://other.example/' }, { id: 'another', resource: 'groups', notificationUrl: NOTIFICATION_URL }];
    answerGraph(({ method }) => {
      if (method === 'GET') return { body: { value: left } };
      if (method === 'DELETE') return { status: 204 };
      return graphCalls().length === 1 ? conflict : made;
    });
    expect(await subscribe()).toMatchObject({ subscriptionId: ID });
    expect(steps()).toEqual([`POST ${PATH}`, `GET ${PATH}`, `DELETE ${PATH}/ours`, `POST ${PATH}`]);
  });

  test('that another installation has is not taken from it', async () => {
    answerGraph(({ method }) => (method === 'GET' ? { body: { value: [{ id: 'theirs', resource: 'users', notificationUrl: 'https://other.example/' }] } } : conflict));
    expect(await failureOf(subscribe())).toMatchObject({ code: 'SUBSCRIPTION_TAKEN', retryable: true, retryAfterMs: 3_600_000 });
  });

  test('fails with a remedy when Microsoft cannot reach this service', async () => {
    answerGraph(() => ({ status: 400, body: { error: { code: 'ValidationError', message: 'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.' } } }));
    expect(await failureOf(subscribe())).toMatchObject({ code: 'NOTIFICATION_URL_UNREACHABLE', retryable: true, remedy: expect.stringContaining('PUBLIC_URL') });
  });

  test('is renewed', async () => {
    answerGraph(() => ({ body: { id: ID, expirationDateTime: '2026-12-04T02:00:00Z' } }));
    expect(await feed.renew({ client: connect(), subscriptionId: ID, signal })).toEqual({ expiresAt: new Date('2026-12-04T02:00:00Z') });
    expect(graphCalls().map(essence)).toEqual([{ call: `PATCH https://graph.microsoft.com${PATH}/${ID}`, query: {}, body: { expirationDateTime: expect.any(String) } }]);
  });

  test('that is gone cannot be renewed, and need not be ended', async () => {
    answerGraph(() => ({ status: 404, body: { error: { code: 'ResourceNotFound', message: 'The object was not found.' } } }));
    expect(await failureOf(feed.renew({ client: connect(), subscriptionId: ID, signal }))).toMatchObject({ code: 'SUBSCRIPTION_GONE', retryable: false });
    await expect(feed.unsubscribe({ client: connect(), subscriptionId: ID, signal })).resolves.toBeUndefined();
  });

  test('is ended, and a failure of that is told, since it may still be there', async () => {
    answerGraph(() => ({ status: 204 }));
    await feed.unsubscribe({ client: connect(), subscriptionId: '../users', signal });
    expect(steps()).toEqual([`DELETE ${PATH}/..%2Fusers`]);
    answerGraph(() => ({ status: 503, body: { error: { code: 'serviceNotAvailable', message: 'Later' } } }));
    expect(await failureOf(feed.unsubscribe({ client: connect(), subscriptionId: ID, signal }))).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true });
  });
});
