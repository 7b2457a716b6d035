import fc, { type Arbitrary } from 'fast-check';
import type { Sent } from './print.ts';
import { misfit, oddText } from './texts.ts';

/** A request as Node sends it: headers and paths that browsers would mend stay as they are. */
export interface OddRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JUNK = ['{a(b:' + '['.repeat(2_400), '{a(b:' + '{c:'.repeat(1_500), '{ ... '.repeat(1_500), '{a'.repeat(2_400), '{a(b:$' + '['.repeat(2_000), 'query($a:' + '['.repeat(2_400), '{', '}', '(', ')', '[', ']', '"', '"""', '$', '@', '...', '!', ':', '#', '\\', '\0', '\ud800', '&', '|', '= 1', 'on', 'null', 'fragment F on', '@include', '@skip(if: $nope)', '@deprecated', '__typename', '__schema { types { name } }', '__type(name: "Run") { name }', '$v0: ID!', '{ ...F0 }', '-', '1e400', '\u202e'];

/** A document with a piece missing, said twice or of something else. */
export function brokenDocument({ query, variables }: Sent): Arbitrary<Sent> {
  const at = fc.nat(query.length);
  return fc.tuple(at, at, fc.oneof(fc.constantFrom(...JUNK), oddText), fc.constantFrom('CUT', 'PUT', 'TWICE')).map(([one, other, junk, how]) => {
    const [from, to] = one < other ? [one, other] : [other, one];
    const middle = { CUT: '', PUT: junk, TWICE: query.slice(from, to).repeat(2) }[how];
    return { query: how === 'PUT' ? query.slice(0, from) + middle + query.slice(from) : query.slice(0, from) + middle + query.slice(to), variables };
  });
}

/** A body that is no JSON, or JSON of another form. */
export function brokenBody(sent: Sent): Arbitrary<string> {
  const whole = JSON.stringify(sent);
  return fc.oneof(
    fc.nat(whole.length).map((length) => whole.slice(0, length)),
    fc.constantFrom('', 'null', '[]', '{}', '1', '"query"', '{"query":5}', '{"query":null}', '{"query":["{viewer{roles}}"]}', `[${whole}]`, `[${whole},${whole}]`, '{"query":"{viewer{roles}}","query":"{"}', '{"__proto__":{"query":"{viewer{roles}}"}}', '['.repeat(100_000), '{"a":'.repeat(20_000), '\ufeff{}', `${whole}x`, 'a'.repeat(1_100_000)),
    misfit.map((variables) => JSON.stringify({ ...sent, variables })),
    misfit.map((operationName) => JSON.stringify({ ...sent, operationName })),
    misfit.map((extensions) => JSON.stringify({ ...sent, extensions })),
    fc.constant(JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } })),
  );
}

const BELOW = ['/graphql/', '/graphql?query=%7Bviewer%7Broles%7D%7D', '/graphql?query={viewer{roles}}&variables=x', '//graphql', '/graphql/../graphql', '/GRAPHQL', '/graphql%00', '/', '/nope', '/%', '/%ff', '/..%2f..%2fetc', '/healthz', '/readyz', '/hooks/', '/hooks/a-source', '/hooks/%00', '/hooks/../graphql', `/hooks/${'a'.repeat(2_000)}`, '/hooks/a-source?validationToken=%00', '/hooks/a-source?validationToken=a&validationToken=b', '/approvals/', '/approvals/x', '/approvals/%00', `/approvals/${'a'.repeat(43)}`, '/runs/x', '/runs/@run:0@', '/runs/%3Cscript%3E', '/consent/callback', '/consent/callback?state=x', '/consent/callback?state=%00&error=access_denied', '/consent/callback?state[]=x&state=y', '/metrics'];
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {}, { 'content-type': 'text/plain' }, { 'content-type': 'application/x-www-form-urlencoded' }, { 'content-type': 'multipart/form-data; boundary=x' }, { 'content-type': 'application/json; charset=utf-16' }, { 'content-type': 'application/json;' }, { 'content-type': '\x80' }, { 'content-type': 'application/graphql' },
  { accept: 'text/html' }, { accept: 'application/graphql-response+json' }, { accept: 'multipart/mixed; deferSpec=20220824' }, { accept: 'nope' }, { accept: ',;q=2' }, { 'content-encoding': 'gzip' }, { 'content-encoding': 'identity, br' }, { 'x-apollo-operation-name': '', 'content-type': 'text/plain' }, { 'apollo-require-preflight': 'true', 'content-type': 'text/plain' },
  { authorization: '' }, { authorization: 'Bearer' }, { authorization: 'Bearer cmk_' }, { authorization: 'Basic YTpi' }, { authorization: `Bearer ${'a'.repeat(8_000)}` }, { authorization: 'Bearer cmk_00000000_\x80' }, { authorization: "Bearer ' or 1=1" }, { cookie: 'a=b; __proto__=1', origin: 'https://evil.example' }, { host: '' }, { host: 'evil.example' }, { 'x-forwarded-for': '0.0.0.0, ::1' }, { expect: '100-continue' }, { te: 'trailers' }, { upgrade: 'h2c' }, { range: 'bytes=0-' }, { 'if-none-match': '*' }, { 'x-odd': 'y'.repeat(20_000) },
  { 'webhook-id': 'x', 'webhook-timestamp': 'NaN', 'webhook-signature': 'v1,AAAA' }, { 'webhook-id': '__proto__', 'webhook-timestamp': '99999999999999999999', 'webhook-signature': ',' },
];

/** Another path, another method, headers that contradict the body. */
export function oddRequest(sent: Sent): Arbitrary<OddRequest> {
  return fc.record({
    method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'),
    path: fc.oneof({ weight: 1, arbitrary: fc.constant('/graphql') }, { weight: 1, arbitrary: fc.constantFrom(...BELOW) }),
    headers: fc.tuple(fc.constantFrom(...HEADERS), fc.constantFrom(...HEADERS)).map(([one, other]) => ({ 'content-type': 'application/json', ...one, ...other })),
    body: fc.oneof({ weight: 3, arbitrary: fc.constant(JSON.stringify(sent)) }, { weight: 1, arbitrary: fc.constantFrom('', 'a=b', 'decision=APPROVE', '{}', '[]', '\0') }),
  });
}

const MESSAGES: readonly string[] = [
  '', '{', 'null', '[]', '5', '"x"', '{}', '{"type":null}', '{"type":"nope"}', '{"type":"__proto__"}', '{"type":"ping"}', '{"type":"pong"}', '{"type":"ping","payload":{"a":1}}', '{"type":"ping","payload":5}', '{"type":"complete","id":"0"}', '{"type":"complete","id":"nope"}', '{"type":"complete"}', '{"type":"complete","id":5}', '{"type":"connection_init"}', '{"type":"connection_ack"}', '{"type":"next","id":"0","payload":{}}',
  '{"type":"subscribe"}', '{"type":"subscribe","id":"0"}', '{"type":"subscribe","id":"","payload":{"query":"{viewer{roles}}"}}', '{"type":"subscribe","id":"__proto__","payload":{"query":"{viewer{roles}}"}}', '{"type":"subscribe","id":"toString","payload":{"query":"subscription{approvalActivity{id}}"}}', '{"type":"subscribe","id":"1","payload":{"query":5}}', '{"type":"subscribe","id":"1","payload":{"query":""}}', '{"type":"subscribe","id":"1","payload":{"query":"{viewer{roles}}","variables":5}}', '{"type":"subscribe","id":"1","payload":{"query":"{viewer{roles}}","operationName":"Nope"}}', '{"type":"subscribe","id":"1","payload":{"query":"{viewer{roles}}","extensions":[]}}', '{"type":"subscribe","id":"1","payload":{"query":"query A{viewer{roles}} query B{viewer{roles}}"}}', '{"type":"subscribe","id":"1","payload":{"query":"fragment F on Viewer{roles}"}}',
  '['.repeat(100_000), 'a'.repeat(1_100_000), '\0', '\ud800', '{"type":"subscribe","id":"1","payload":{"query":"subscription{a:approvalActivity{id} b:approvalActivity{id}}"}}',
];

/** What no client of the protocol says, before or behind or instead of what one does. */
export function brokenMessages(whole: string): Arbitrary<string[]> {
  const junk = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...MESSAGES) }, { weight: 1, arbitrary: fc.nat(whole.length).map((length) => whole.slice(0, length)) });
  return fc.tuple(fc.array(junk, { maxLength: 2 }), fc.constantFrom([], [whole], [whole, whole]), fc.array(junk, { maxLength: 2 })).map(([before, middle, after]) => [...before, ...middle, ...after]);
}
