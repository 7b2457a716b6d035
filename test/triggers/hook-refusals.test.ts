import { HOOK_REFUSALS, type HookRefusalCode } from '../../src/triggers/hook-refused.js';
import { createSource, postHook, refusalsOf, sign } from '../support/hook-sender.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const BODY = JSON.stringify({ id: 's-1', user: 'ada@contoso.example', level: 'high' });
const MINUTE_MS = 60_000;

let app: TestApp;
let source: { id: string; secret: string };

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false });
  source = await createSource(app, 'siem');
});

afterAll(() => app[Symbol.asyncDispose]());

/** How often each refusal is to be counted by now, by source and code. */
const counts = new Map<string, number>();

interface Request {
  readonly body?: string | Buffer;
  readonly name?: string;
  /** As what it is counted: '' where it is refused before a source is found. */
  readonly countedAs?: string;
  readonly sign?: { readonly id?: string; readonly at?: number; readonly secret?: string };
  /** undefined leaves a header out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const OTHER_SECRET = `whsec_${Buffer.alloc(32).toString('base64')}`;

test.each<readonly [what: string, code: HookRefusalCode, request: Request]>([
  ['a signature by another secret', 'SIGNATURE_INVALID', { sign: { secret: OTHER_SECRET } }],
  ['a signature that is cut off', 'SIGNATURE_INVALID', { headers: { 'webhook-signature': 'v1,AAAA' } }],
  ['a signature of a version that nobody knows', 'SIGNATURE_INVALID', { headers: { 'webhook-signature': 'v9,AAAA' } }],
  ['an empty signature', 'SIGNATURE_INVALID', { headers: { 'webhook-signature': '' } }],
  ['no signature', 'SIGNATURE_MISSING', { headers: { 'webhook-signature': undefined } }],
  ['no id', 'SIGNATURE_MISSING', { headers: { 'webhook-id': undefined } }],
  ['no timestamp', 'SIGNATURE_MISSING', { headers: { 'webhook-timestamp': undefined } }],
  ['another id than the signed one', 'SIGNATURE_INVALID', { headers: { 'webhook-id': 'msg-other' } }],
  ['an id with a blank', 'SIGNATURE_MISSING', { sign: { id: 'msg 7' } }],
  ['an id that is too long', 'SIGNATURE_MISSING', { sign: { id: 'm'.repeat(257) } }],
  ['a timestamp that is no number', 'SIGNATURE_MISSING', { headers: { 'webhook-timestamp': new Date().toISOString() } }],
  ['a negative timestamp', 'SIGNATURE_MISSING', { headers: { 'webhook-timestamp': '-1' } }],
  ['a signature that is too long', 'SIGNATURE_MISSING', { headers: { 'webhook-signature': 'v1,AAAA '.repeat(300) } }],
  ['an old timestamp', 'TIMESTAMP_OUT_OF_RANGE', { sign: { at: Date.now() - 6 * MINUTE_MS } }],
  ['a future timestamp', 'TIMESTAMP_OUT_OF_RANGE', { sign: { at: Date.now() + 7 * MINUTE_MS } }],
  ['a timestamp in milliseconds', 'SIGNATURE_MISSING', { headers: { 'webhook-timestamp': String(Date.now()) } }],
  ['an unknown source', 'UNKNOWN_SOURCE', { name: 'nobody', countedAs: '' }],
  ['a source whose name holds a NUL', 'UNKNOWN_SOURCE', { name: 'siem%00', countedAs: '' }],
  ['the id of a feed that there is not', 'UNKNOWN_SOURCE', { name: 'fed_01h455vb4pex5vsknk084sn02q', countedAs: '' }],
  ['an oversized body', 'BODY_TOO_LARGE', { body: JSON.stringify({ id: 'x'.repeat(1_048_576) }), countedAs: '' }],
  ['a body that is called text', 'UNSUPPORTED_MEDIA_TYPE', { headers: { 'content-type': 'text/plain' }, countedAs: '' }],
  ['a body that is called nothing known', 'UNSUPPORTED_MEDIA_TYPE', { headers: { 'content-type': 'nonsense' }, countedAs: '' }],
  ['a body that is called a form', 'UNSUPPORTED_MEDIA_TYPE', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, countedAs: '' }],
  ['invalid UTF-8', 'MALFORMED_BODY', { body: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]) }],
  ['no JSON', 'MALFORMED_BODY', { body: 'id=s-1' }],
  ['an empty body', 'MALFORMED_BODY', { body: '' }],
  ['JSON that is 10,000 levels deep', 'INVALID_EVENTS', { body: deep(10_000) }],
  ['a list that is 10,000 levels deep', 'INVALID_EVENTS', { body: `${'['.repeat(10_000)}${']'.repeat(10_000)}` }],
  ['33 levels', 'INVALID_EVENTS', { body: deep(33) }],
  ['half a million values', 'INVALID_EVENTS', { body: `{"a":[${'0,'.repeat(500_000)}0]}` }],
  ['a property named __proto__', 'INVALID_EVENTS', { body: '{"id":"s-1","__proto__":{"level":"high"}}' }],
  ['a property named constructor', 'INVALID_EVENTS', { body: '{"a":{"constructor":{"prototype":1}}}' }],
  ['a property named prototype', 'INVALID_EVENTS', { body: '{"a":[{"prototype":1}]}' }],
  ['a NUL character', 'INVALID_EVENTS', { body: '{"id":"s\\u0000"}' }],
  ['a NUL character in a name', 'INVALID_EVENTS', { body: '{"id\\u0000":"s"}' }],
  ['half of a surrogate pair', 'INVALID_EVENTS', { body: '{"id":"\\ud800"}' }],
  ['501 events', 'INVALID_EVENTS', { body: JSON.stringify(Array.from({ length: 501 }, (_event, index) => ({ id: `s-${index}` }))) }],
  ['no event', 'INVALID_EVENTS', { body: '[]' }],
  ['a text', 'INVALID_EVENTS', { body: '"s-1"' }],
  ['null', 'INVALID_EVENTS', { body: 'null' }],
  ['a list with a number', 'INVALID_EVENTS', { body: '[{"id":"s-1"},7]' }],
])('%s is refused as %s, and nothing is stored', async (_what, code, { body = BODY, name = 'siem', countedAs = 'siem', sign: { secret = source.secret, ...options } = {}, headers = {} }) => {
  const given = Object.entries({ ...sign(secret, body, options), ...headers }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  counts.set(`${countedAs} ${code}`, (counts.get(`${countedAs} ${code}`) ?? 0) + 1);
  expect(await postHook(app, name, body, Object.fromEntries(given))).toMatchObject({ status: HOOK_REFUSALS[code].status, error: { code, message: HOOK_REFUSALS[code].text } });
  const { rows } = await app.database.query('select (select count(*)::int from event) as events, (select count(*)::int from hook_delivery) as deliveries');
  expect(rows).toEqual([{ events: 0, deliveries: 0 }]);
  expect((await app.admin.ask<{ eventSources: object[] }>('{ eventSources { lastReceivedAt } }')).eventSources).toEqual([{ lastReceivedAt: null }]);
});

test('each of them was counted, by source and code', async () => {
  const sum = (all: Iterable<number>) => [...all].reduce((total, count) => total + count, 0);
  const refusals = await until(() => refusalsOf(app), (found) => sum(found.map(({ count }) => count)) >= sum(counts.values()));
  expect(new Map(refusals.map(({ source: from, code, count }) => [`${from} ${code}`, count]))).toEqual(counts);
});
