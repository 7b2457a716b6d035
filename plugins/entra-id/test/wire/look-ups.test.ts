import net from 'node:net';
import { once } from 'node:events';
import plugin from '@countermeasure/plugin-entra-id';
import { connect, essence, isTokenCall } from './connection.js';
import { answerAsMicrosoft, CLOUD_NAMES, CLOUDS, HOSTS, tokenFrom, USER } from './microsoft.js';
import { startRecorder, type Recorder, type WireCall } from './recorder.js';

let recorder: Recorder;

beforeAll(async () => {
  recorder = await startRecorder(HOSTS, answerAsMicrosoft);
});

afterAll(() => recorder.stop());

beforeEach(() => recorder.forget());

const { signal } = new AbortController();
const PROPERTIES = 'id,displayName,userPrincipalName,mail,onPremisesSamAccountName,onPremisesDomainName';
const graphCalls = () => recorder.calls.filter((call) => !isTokenCall(call));
const search = async (client: unknown, query: string, limit = 10) => (await plugin.provider.searchTargets?.({ client, kind: 'USER', query, limit, signal })) ?? [];
const isList = ({ path }: WireCall) => path === '/v1.0/users';

describe.each(CLOUD_NAMES)('in the cloud %s', (cloud) => {
  const { authority, graph } = CLOUDS[cloud];
  const users = `GET https://${graph}/v1.0/users`;
  const roles = { call: `${users}/${USER.id}/transitiveMemberOf/microsoft.graph.directoryRole`, query: { $select: 'id', $count: 'true' }, body: undefined };

  afterEach(() => {
    expect(recorder.strays).toEqual([]);
    expect(recorder.calls.filter(isTokenCall).map(({ host }) => host)).toEqual([authority]);
    for (const { headers, host } of graphCalls()) expect([host, headers.authorization]).toEqual([graph, `Bearer ${tokenFrom(authority)}`]);
  });

  /** @see https://learn.microsoft.com/graph/api/user-get and /graph/api/user-list-transitivememberof */
  test('a target is looked up by its name as a key, and its roles by its id, from the index', async () => {
    const target = await plugin.provider.resolveTarget({ client: connect(cloud), target: { kind: 'USER', id: 'kim_fabrikam.example#EXT#@contoso.example' }, signal });
    expect(target).toEqual({ kind: 'USER', id: USER.id, displayName: USER.displayName, username: USER.userPrincipalName, privileged: false });
    const [user, membership] = graphCalls();
    expect(graphCalls().map(essence)).toEqual([{ call: `${users}/kim_fabrikam.example%23EXT%23%40contoso.example`, query: { $select: 'id,displayName,userPrincipalName' }, body: undefined }, roles]);
    expect(user?.headers).not.toHaveProperty('consistencylevel');
    expect(membership?.headers).toMatchObject({ consistencylevel: 'eventual' });
  });

  /** @see https://learn.microsoft.com/graph/api/user-list and /graph/search-query-parameter */
  test('users are searched by three lists from the index, each encoded once', async () => {
    await search(connect(cloud), 'CORP\\o\'n "a"&b#c%41');
    const [exact, account, words] = [/eq/, /startswith/, /search/].map((part) => graphCalls().find((call) => isList(call) && part.test(call.rawQuery)));
    expect(graphCalls().filter(isList)).toHaveLength(3);
    const rest = { $top: '10', $select: PROPERTIES, $count: 'true' };
    expect(exact?.query).toEqual({
      $filter: ['displayName eq \'CORP\\o\'\'n "a"&b#c%41\'', 'userPrincipalName eq \'CORP\\o\'\'n "a"&b#c%41\'', 'mail eq \'CORP\\o\'\'n "a"&b#c%41\'', 'onPremisesSamAccountName eq \'o\'\'n "a"&b#c%41\''].join(' or '),
      ...rest,
    });
    expect(account?.query).toEqual({ $filter: 'startswith(onPremisesSamAccountName,\'o\'\'n "a"&b#c%41\')', ...rest });
    const text = String.raw`CORP\\o'n \"a\"&b#c%41`;
    expect(words?.query).toEqual({ $search: `"displayName:${text}" OR "userPrincipalName:${text}" OR "mail:${text}"`, $orderby: 'displayName', ...rest });
    expect(words?.rawQuery).toMatch(/%22displayName%3ACORP%5C%5Co(%27|')n%20%5C%22a%5C%22%26b%23c%2541%22%20OR%20/);
    expect(graphCalls().map(({ headers }) => headers['consistencylevel'])).toEqual(['eventual', 'eventual', 'eventual', 'eventual']);
    expect(graphCalls().filter((call) => !isList(call)).map(essence)).toEqual([roles]);
  });

  test('an object id is looked up by key', async () => {
    await search(connect(cloud), USER.id);
    expect(graphCalls().map(essence)).toEqual([{ call: `${users}/${USER.id}`, query: { $select: 'id,displayName,userPrincipalName' }, body: undefined }, roles]);
  });

});

describe('of those whom Graph finds', () => {
  const user = (displayName: string | null, userPrincipalName: string, more: object = {}) => ({ id: `id of ${userPrincipalName}`, displayName, userPrincipalName, mail: null, ...more });
  const answerWith = (found: readonly object[]) => recorder.answerBy((call) => (isList(call) ? { body: { value: found } } : answerAsMicrosoft(call)));
  const names = async (query: string, limit?: number) => (await search(connect(), query, limit)).map(({ username }) => username);

  test('the exactly named come first, then names and words of names that begin so, then the rest, each in the order of the alphabet', async () => {
    answerWith([
      user('Zed Zulu', 'mor.ten'), user('Zoe Morgan', 'b'), user('Émile Mórgan', 'c'), user('Anna Blom', 'd', { mail: 'mor@contoso.example' }), user('Amor Able', 'e'), user('Yan-Mor Xu', 'f'),
      user('Zara', 'g', { onPremisesSamAccountName: 'MOR' }), user('Mór', 'h'), user('morgan 10', 'i'), user('Morgan 9', 'j'), user(null, 'k'),
    ]);
    expect(await names('mor', 20)).toEqual(['h', 'g', 'c', 'j', 'i', 'f', 'b', 'e', 'd', 'k', 'mor.ten']);
  });

  test('the one in the domain that was named comes before its namesake in another', async () => {
    answerWith([
      user('Admin A', 'lab', { onPremisesSamAccountName: 'admin', onPremisesDomainName: 'lab.contoso.example' }),
      user('Admin B', 'corp', { onPremisesSamAccountName: 'admin', onPremisesDomainName: 'corp.contoso.example' }),
    ]);
    expect(await names('CORP\\admin')).toEqual(['corp', 'lab']);
    expect(await names('lab.contoso.example\\Admin')).toEqual(['lab', 'corp']);
  });

  test('no one is answered twice or beyond the limit, and one without a display name goes by the user principal name', async () => {
    answerWith([user('Mira', 'a'), user('Mira', 'a'), user(null, 'mira@contoso.example'), user('Mira', 'b')]);
    expect(await names('mira', 2)).toEqual(['a', 'b']);
    expect((await search(connect(), 'mira@contoso.example'))[0]).toMatchObject({ displayName: 'mira@contoso.example', username: 'mira@contoso.example' });
  });
});

test('once one list was refused nobody waits for the others: they are given up', async () => {
  recorder.answerBy((call) => (/startswith|displayName%20eq/.test(call.rawQuery) ? { isWithheld: true } : isList(call) ? { status: 503, body: {} } : answerAsMicrosoft(call)));
  await expect(search(connect(), 'mira')).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  const lists = () => recorder.calls.filter(isList).length;
  const deadlineMs = performance.now() + 10_000;
  while (recorder.abandoned.length < lists() - 1 && performance.now() < deadlineMs) await new Promise(setImmediate);
  expect(recorder.abandoned.every((call) => isList(call) && !call.rawQuery.includes('search'))).toBe(true);
  expect(recorder.abandoned).toHaveLength(lists() - 1);
  expect(recorder.abandoned).not.toHaveLength(0);
});

test('a connection to any other host is cut, and told', async () => {
  const socket = net.connect({ host: 'graph.example', port: 443 });
  const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [Error];
  expect(error.message).toContain('graph.example:443');
  await expect(fetch('http://graph.microsoft.com/')).rejects.toThrow();
  expect(recorder.strays).toEqual(['graph.example:443', 'graph.microsoft.com:80']);
});
