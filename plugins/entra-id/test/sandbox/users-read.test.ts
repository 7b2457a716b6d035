import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { callGraph, errorOf, tokenOf, userPath, valueOf } from './graph-caller.js';
import type { Collection, Reply } from './graph-caller.js';

const EVENTUAL = { ConsistencyLevel: 'eventual' };

describe('reading users', () => {
  let tenant: SandboxTenant;
  let token: string;

  beforeAll(async () => {
    tenant = await startSandboxTenant({ fillerUsers: 250, behaviour: { effectDelayMs: 0 } });
    token = await tokenOf(tenant);
  });
  afterAll(() => tenant.stop());

  const list = (query: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> =>
    callGraph(tenant, 'GET', `/users?${new URLSearchParams(query).toString()}`, { token, headers });
  const names = (reply: Reply): unknown[] => valueOf(reply).map((user) => user['displayName']);

  test('a user without $select has the eleven default properties, none of the delicate ones', async () => {
    const { status, body, headers } = await callGraph(tenant, 'GET', userPath(tenant.exampleUser), { token });
    expect(status).toBe(200);
    expect(Object.keys(body as object).sort()).toEqual([
      '@odata.context', 'businessPhones', 'displayName', 'givenName', 'id', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation',
      'preferredLanguage', 'surname', 'userPrincipalName',
    ]);
    expect(headers.get('content-type')).toContain('odata.metadata=minimal');
    expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('selected properties come back, and nothing else', async () => {
    const select = 'id,accountEnabled,passwordProfile,signInSessionsValidFromDateTime,lastPasswordChangeDateTime,onPremisesSyncEnabled';
    const { body } = await callGraph(tenant, 'GET', `${userPath(tenant.exampleUser)}?$select=${select}`, { token });
    expect(body).toEqual({
      '@odata.context': `${tenant.origin}/v1.0/$metadata#users(${select})/$entity`,
      id: tenant.user(tenant.exampleUser).id,
      accountEnabled: true,
      passwordProfile: null,
      signInSessionsValidFromDateTime: '2025-03-03T08:00:00Z',
      lastPasswordChangeDateTime: '2025-03-03T08:00:00Z',
      onPremisesSyncEnabled: null,
    });
    const unknown = await callGraph(tenant, 'GET', `${userPath(tenant.exampleUser)}?$select=id,shoeSize`, { token });
    expect([unknown.status, errorOf(unknown).code]).toEqual([400, 'BadRequest']);
  });

  test.each([
    ['an apostrophe', "sean.o'neil@contoso.example", "Sean O'Neil"],
    ['#EXT# in it', 'kim.novak_fabrikam.example#EXT#@contososandbox.onmicrosoft.com', 'Kim Novak'],
    ['another case', 'MIRA.OKAFOR@Contoso.Example', 'Mira Okafor'],
    ['a non-ASCII display name', 'zoe.mueller@contoso.example', 'Zoë Müller-Ångström'],
  ])('a user is found by a name with %s', async (_, name, displayName) => {
    const byName = await callGraph(tenant, 'GET', userPath(name), { token });
    expect(byName.body).toMatchObject({ displayName });
    const byId = await callGraph(tenant, 'GET', `/users('${tenant.user(name).id}')`, { token });
    expect(byId.body).toMatchObject({ displayName });
  });

  test('an unknown user and a deleted one are not found, and the deleted one is among the deleted', async () => {
    for (const name of ['nobody@contoso.example', 'former.employee@contoso.example']) {
      const reply = await callGraph(tenant, 'GET', userPath(name), { token });
      expect([reply.status, errorOf(reply).code]).toEqual([404, 'Request_ResourceNotFound']);
      expect(errorOf(reply).message).toContain(`Resource '${name}' does not exist`);
      expect(errorOf(reply).innerError).toMatchObject({ 'request-id': reply.headers.get('request-id') });
    }
    expect(names(await list({ $filter: "displayName eq 'Former Employee'" }))).toEqual([]);
    const deleted = await callGraph(tenant, 'GET', '/directory/deletedItems/microsoft.graph.user', { token });
    expect(names(deleted)).toEqual(['Former Employee']);
  });

  test('a search finds the beginnings of words, and takes the eventual consistency level', async () => {
    const $search = '"displayName:mor" OR "userPrincipalName:mira" OR "mail:zoe"';
    expect(names(await list({ $search, $top: '20' }, EVENTUAL)).sort()).toEqual(['Alex Morgan', 'Alex Morgan', 'Mira Okafor', 'Zoë Müller-Ångström']);
    expect(names(await list({ $search: '"displayName:alex" AND "mail:alex.morgan2"' }, EVENTUAL))).toEqual(['Alex Morgan']);
    expect(names(await list({ $search: '"displayName:kafor"' }, EVENTUAL))).toEqual([]);

    const withoutHeader = await list({ $search });
    expect([withoutHeader.status, errorOf(withoutHeader)]).toMatchObject([400, { code: 'Request_UnsupportedQuery', message: expect.stringContaining('ConsistencyLevel: eventual') }]);
    expect((await list({ $search: 'mira' }, EVENTUAL)).status).toBe(400);
    expect((await list({ $search: '"shoeSize:44"' }, EVENTUAL)).status).toBe(400);
  });

  test.each([
    ["startswith(userPrincipalName,'mira')", ['Mira Okafor']],
    ["mail eq 'sean.o''neil@contoso.example'", ["Sean O'Neil"]],
    ["surname eq 'Morgan' and department eq 'Facilities'", ['Alex Morgan']],
    ["(displayName eq 'Mira Okafor' or displayName eq 'Ben Carter') and accountEnabled eq true", ['Ben Carter', 'Mira Okafor']],
    ["accountEnabled eq false", ['Elena Petrova']],
    ["onPremisesSyncEnabled eq true", ['Rita Castro', 'Samir Nasser']],
    ["displayName in ('Ben Carter','Hana Sato')", ['Ben Carter', 'Hana Sato']],
    ["userType eq 'Guest'", ['Kim Novak', 'Pavel Guest']],
  ])('the filter %s finds whom it should', async ($filter, expected) => {
    const reply = await list({ $filter });
    expect(names(reply)).toEqual(expected);
  });

  test('what needs the advanced mode is refused without it', async () => {
    const filters = ["onPremisesSamAccountName eq 'samirnasser'", "endswith(mail,'fabrikam.example')", "department ne 'IT'", "not(department eq 'IT')"];
    for (const $filter of filters) {
      const refused = await list({ $filter });
      expect([refused.status, errorOf(refused).code]).toEqual([400, 'Request_UnsupportedQuery']);
      expect((await list({ $filter, $count: 'true' })).status).toBe(400);
      expect((await list({ $filter, $count: 'true' }, EVENTUAL)).status).toBe(200);
    }
    const sorted = { $filter: "surname eq 'Morgan'", $orderby: 'userPrincipalName desc' };
    expect((await list(sorted)).status).toBe(400);
    const reply = await list({ ...sorted, $count: 'true' }, EVENTUAL);
    expect(valueOf(reply).map((user) => user['userPrincipalName'])).toEqual(['alex.morgan@contoso.example', 'alex.morgan2@contoso.example'].toReversed());
  });

  test.each([
    "displayName eq", "displayName eq 'a", "shoeSize eq 44", "accountEnabled eq 'yes'", "displayName like 'a'", "(displayName eq 'a'",
    "displayName eq 'a' displayName eq 'b'", "startswith(displayName)", "jobTitle eq 'a' and", '((((((((((((((((((((((((id eq \'a\'))))))))))))))))))))))))',
  ])('the filter %s is refused as invalid', async ($filter) => {
    const reply = await list({ $filter });
    expect(reply.status).toBe(400);
    expect(errorOf(reply).message).toMatch(/^Invalid filter clause/);
  });

  test('all users are reached page by page, each once, along links of the same address', async () => {
    const seen: unknown[] = [];
    let link: string | undefined = '/users?$top=60&$count=true&$select=id';
    let pages = 0;
    while (link !== undefined) {
      const reply = await callGraph(tenant, 'GET', link, { token, headers: EVENTUAL });
      const { '@odata.nextLink': next, '@odata.count': count, value } = reply.body as Collection;
      pages += 1;
      expect(count).toBe(pages === 1 ? 276 : undefined);
      if (next !== undefined) expect(next).toMatch(new RegExp(`^${tenant.origin}/v1.0/users\\?`));
      seen.push(...value.map((user) => user['id']));
      link = next;
    }
    expect(pages).toBe(5);
    expect(new Set(seen).size).toBe(276);
    expect(seen).toHaveLength(276);
  });

  test('a page holds 100 users unless asked otherwise, and never more than 999', async () => {
    expect(valueOf(await list({}))).toHaveLength(100);
    expect(valueOf(await list({ $top: '999' }))).toHaveLength(276);
    expect((await list({ $top: '1000' })).status).toBe(400);
    expect((await list({ $skip: '10' })).status).toBe(400);
    expect((await list({ $expand: 'manager' })).status).toBe(400);
    const expired = await list({ $skiptoken: 'bm90aGluZw' });
    expect([expired.status, errorOf(expired).code]).toEqual([400, 'Directory_ExpiredPageToken']);
  });

  test('the number of users takes the eventual consistency level', async () => {
    expect((await callGraph(tenant, 'GET', '/users/$count', { token })).status).toBe(400);
    expect((await callGraph(tenant, 'GET', '/users/$count', { token, headers: EVENTUAL })).body).toBe('276');
  });

  test('a manager is found where there is one', async () => {
    const manager = await callGraph(tenant, 'GET', `${userPath(tenant.exampleUser)}/manager?$select=displayName`, { token });
    expect(manager.body).toMatchObject({ displayName: 'Tomas Lindqvist' });
    const none = await callGraph(tenant, 'GET', `${userPath('ben.carter@contoso.example')}/manager`, { token });
    expect([none.status, errorOf(none).code]).toEqual([404, 'Request_ResourceNotFound']);
  });
});
