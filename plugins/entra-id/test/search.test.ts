import { ActionError, type PluginLogger, type ResolvedTarget, type TargetKind } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type JournalEntry, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';

const SILENT: PluginLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await startSandboxTenant({ fillerUsers: 30 });
});

afterAll(() => tenant.stop());

beforeEach(() => tenant.reset());

function connect(): unknown {
  const { provider } = plugin;
  return provider.connect({ settings: provider.settings.parse({ tenantId: tenant.tenantId }), environment: provider.environment.parse(tenant.environment), credential: undefined, logger: SILENT });
}

interface SearchOptions {
  readonly kind?: TargetKind;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

async function search(query: string, { kind = 'USER', limit = 10, signal = new AbortController().signal }: SearchOptions = {}): Promise<readonly ResolvedTarget[]> {
  const found = await plugin.provider.searchTargets?.({ client: connect(), kind, query, limit, signal });
  if (found === undefined) throw new Error('The provider searches no targets.');
  return found;
}

async function usernames(query: string, options: SearchOptions = {}): Promise<(string | undefined)[]> {
  return (await search(query, options)).map(({ username }) => username);
}

async function failureOf(work: Promise<unknown>): Promise<ActionError> {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  if (error instanceof ActionError) return error;
  throw new Error(`An ActionError was expected, not ${String(error)}`);
}

async function until(holds: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error('It did not come to that.');
    await new Promise(setImmediate);
  }
}

const callsOf = (...kinds: JournalEntry['kind'][]) => tenant.journal.filter(({ kind }) => kinds.includes(kind));
const parametersOf = ({ path }: JournalEntry) => new URL(path, tenant.origin).searchParams;
const MIRA = 'mira.okafor@contoso.example';
const KIM = 'kim.novak_fabrikam.example#EXT#@contososandbox.onmicrosoft.com';
const SAMIR = 'samir.nasser@contoso.example';

describe('a user is found by whatever a person knows', () => {
  test.each([
    ['the whole display name', 'Mira Okafor', MIRA],
    ['the beginning of the first name', 'mir', MIRA],
    ['the beginning of the last name', 'OKAF', MIRA],
    ['the user principal name', 'Mira.Okafor@contoso.example', MIRA],
    ['the beginning of the user principal name', 'mira.ok', MIRA],
    ['a mail address that is not the user principal name', 'kim.novak@fabrikam.example', KIM],
    ['a guest\'s user principal name with a # in it', KIM, KIM],
    ['the on-premises account name', 'samirnasser', SAMIR],
    ['the beginning of the on-premises account name', 'samirn', SAMIR],
    ['the account name after its domain', 'CORP\\samirnasser', SAMIR],
    ['the account name after the long name of its domain', 'corp.contoso.example\\SamirNasser', SAMIR],
    ['a name with an apostrophe', 'Sean O\'Neil', 'sean.o\'neil@contoso.example'],
    ['the word with the apostrophe alone', 'o\'n', 'sean.o\'neil@contoso.example'],
    ['a name outside ASCII', 'zoë müller', 'zoe.mueller@contoso.example'],
    ['a name whose accents are signs of their own', 'Zoë'.normalize('NFD'), 'zoe.mueller@contoso.example'],
    ['a name with blanks around it', '  Okafor ', MIRA],
  ])('by %s', async (_what, query, username) => {
    expect((await usernames(query))[0]).toBe(username);
  });

  test('by object id, in capitals, too, with one look-up by key and no list', async () => {
    const { id, displayName } = tenant.user(MIRA);
    expect(await search(id.toUpperCase())).toEqual([{ kind: 'USER', id, displayName, username: MIRA, privileged: false }]);
    expect(callsOf('users.get')).toHaveLength(1);
    expect(callsOf('users.list')).toHaveLength(0);
  });

  test('an object id that nobody has, or that a deleted user had, finds nothing', async () => {
    const deleted = tenant.users().find(({ deletedDateTime }) => deletedDateTime !== null);
    expect(await search('b3c7bd5e-0000-4000-8000-000000000000')).toEqual([]);
    expect(await search(deleted?.id ?? '')).toEqual([]);
    expect(callsOf('users.get').map(({ status }) => status)).toEqual([404, 404]);
  });

  test('a disabled user and one without mail are found, a deleted one is not', async () => {
    expect(await usernames('Elena Petrova')).toEqual(['elena.petrova@contoso.example']);
    expect(await usernames('Kiosk')).toEqual(['kiosk.reception@contoso.example']);
    expect(await usernames('Former Employee')).toEqual([]);
  });

  test('what nobody is called finds nothing', async () => {
    expect(await search('nobody at all')).toEqual([]);
  });

  test('devices are not searched, and Microsoft is not asked', async () => {
    expect(await search('Mira', { kind: 'DEVICE' })).toEqual([]);
    expect(tenant.journal).toEqual([]);
  });
});

describe('the likeliest come first', () => {
  test('who is named exactly comes before those whose names only begin so', async () => {
    expect((await usernames('filler.0003@contoso.example'))[0]).toBe('filler.0003@contoso.example');
    expect(await usernames('alex.morgan@contoso.example')).toEqual(['alex.morgan@contoso.example']);
    expect(await usernames('samirnasser')).toEqual([SAMIR]);
  });

  test('who is named exactly is found although the first page is full of others', async () => {
    expect(await usernames('Filler 0030', { limit: 1 })).toEqual(['filler.0030@contoso.example']);
  });

  test('any word of a name may begin so', async () => {
    expect((await search('b')).map(({ displayName }) => displayName)).toEqual(['Ben Carter', 'Break Glass One', 'Break Glass Two', 'Femi Bello']);
    expect((await search('ang')).map(({ displayName }) => displayName)).toEqual([]);
    expect((await search('ång')).map(({ displayName }) => displayName)).toEqual(['Zoë Müller-Ångström']);
  });

  test('two people of one name are both found, once each, in the order of their user principal names', async () => {
    expect(await usernames('Alex Morgan')).toEqual(['alex.morgan@contoso.example', 'alex.morgan2@contoso.example']);
  });

  test('one character is enough, and the names come in the order of the alphabet', async () => {
    const names = (await search('m', { limit: 30 })).map(({ displayName }) => displayName);
    expect(names).toEqual(['Alex Morgan', 'Alex Morgan', 'Mira Okafor', 'Ravi Menon', 'Zoë Müller-Ångström']);
  });

  test('no more are answered than are wanted, nothing is read beyond a first page, and only who is answered is looked at', async () => {
    expect(await search('filler', { limit: 3 })).toHaveLength(3);
    const lists = callsOf('users.list');
    expect(lists.map((call) => parametersOf(call).get('$top'))).toEqual(['3', '3', '3']);
    expect(lists.every((call) => (parametersOf(call).get('$select') ?? '') !== '')).toBe(true);
    expect(callsOf('users.memberships')).toHaveLength(3);
  });
});

describe('whether a user is privileged', () => {
  test('is said of each who is found', async () => {
    const privileged = Object.fromEntries((await search('b')).map((target) => [target.displayName, target.privileged]));
    expect(privileged).toEqual({ 'Ben Carter': true, 'Break Glass One': true, 'Break Glass Two': true, 'Femi Bello': false });
    expect(await search('Lucia Romero')).toMatchObject([{ privileged: true }]);
  });

  test('is left open where it may not be read', async () => {
    tenant.injectFault({ match: { path: /transitiveMemberOf/ }, times: null, status: 403, code: 'Authorization_RequestDenied' });
    const [mira] = await search('Mira Okafor');
    expect(mira).toMatchObject({ username: MIRA });
    expect(mira).not.toHaveProperty('privileged');
  });

  test('is asked for eight at a time', async () => {
    tenant.injectFault({ match: { path: /transitiveMemberOf/ }, times: null, delayMs: 100 });
    const unanswered = () => callsOf('users.memberships').filter(({ status }) => status === null).length;
    let most = 0;
    let isOver = false;
    const found = search('filler', { limit: 30 }).finally(() => {
      isOver = true;
    });
    await until(() => {
      most = Math.max(most, unanswered());
      return isOver;
    });
    expect(await found).toHaveLength(30);
    expect(most).toBe(8);
  });
});

describe('what is typed is text and nothing else', () => {
  const hostile = ['" OR displayName:"', '" OR "displayName:a', '\'', '\' or startswith(displayName,\'a', '\\', '\\\\', '"', 'CORP\\', '%', '%27', '&$top=999', '#', '?', '+', '$search', '😀', '\ud83d', '%zz', '(', 'a\nb', 'a\0b', ':', '/users', '../organization'];

  test.each(hostile)('%j finds nobody, and every call is one that Graph accepts', async (query) => {
    expect(await search(query)).toEqual([]);
    const calls = callsOf('users.list');
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
    expect(new Set(calls.map((call) => new URL(call.path, tenant.origin).pathname))).toEqual(new Set(['/v1.0/users']));
    expect(new Set(calls.map((call) => parametersOf(call).get('$top')))).toEqual(new Set(['10']));
  });

  test.each(['a&b', 'a%41', 'a#b', 'a+b', 'a\'b', 'a\\b', 'a"b', 'ä😀b'])('%j arrives as it was typed', async (query) => {
    await search(query);
    const [exact = '', words = ''] = ['$filter', '$search'].map((name) => callsOf('users.list').map((call) => parametersOf(call).get(name)).find((value) => value?.includes('displayName')) ?? '');
    expect(exact).toContain(`displayName eq '${query.replaceAll('\'', '\'\'')}' or `);
    expect(words).toContain(`"displayName:${query.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}" OR `);
  });

  test('256 characters are searched for; more are nobody\'s name, and Microsoft is not asked', async () => {
    expect(await search('x'.repeat(256))).toEqual([]);
    expect(callsOf('users.list').map(({ status }) => status)).toEqual([200, 200, 200]);
    tenant.clearJournal();
    expect(await search('x'.repeat(300))).toEqual([]);
    expect(await search('😀'.repeat(150))).toEqual([]);
    expect(tenant.journal).toEqual([]);
  });

  test('blanks alone find nobody, and Microsoft is not asked', async () => {
    expect(await search(' \t ')).toEqual([]);
    expect(tenant.journal).toEqual([]);
  });
});

describe('when it cannot be searched', () => {
  test('a missing permission is named, with who grants it', async () => {
    tenant.changeConsent({ revoke: ['User.Read.All'] });
    expect(await failureOf(search('Mira'))).toMatchObject({ code: 'PERMISSION_MISSING', retryable: false, remedy: expect.stringContaining('User.Read.All') });
    expect(await failureOf(search(tenant.user(MIRA).id))).toMatchObject({ code: 'PERMISSION_MISSING' });
  });

  test('throttling says when to come again', async () => {
    tenant.injectFault({ match: { path: /search/ }, status: 429, headers: { 'Retry-After': '3' } });
    expect(await failureOf(search('Mira'))).toMatchObject({ code: 'THROTTLED', retryable: true, retryAfterMs: 3_000 });
  });

  test('throttling of the look-up of roles is not taken for an answer', async () => {
    tenant.injectFault({ match: { path: /transitiveMemberOf/ }, status: 429, headers: { 'Retry-After': '3' } });
    expect(await failureOf(search('Mira'))).toMatchObject({ code: 'THROTTLED' });
  });

  test('the failure of one call ends the others', async () => {
    tenant.injectFault({ match: { path: /startswith/ }, delayMs: 30_000 });
    tenant.injectFault({ match: { path: /search/ }, status: 503 });
    expect(await failureOf(search('Mira'))).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });

  test.each([['the lists', /v1\.0\/users\?/, 3], ['the look-up by key', /users\/[0-9a-f-]{36}\?/, 1], ['the look-up of roles', /transitiveMemberOf/, 2]])('whoever no longer waits ends %s, with the reason of the abort', async (_what, path, count) => {
    tenant.injectFault({ match: { path }, times: null, delayMs: 30_000 });
    const aborting = new AbortController();
    const reason = new ActionError('NOT_WAITING', 'Nobody waits.');
    const found = search(count === 1 ? tenant.user(MIRA).id : 'Alex Morgan', { signal: aborting.signal });
    await until(() => tenant.journal.filter((call) => path.test(call.path) && call.status === null).length === count);
    aborting.abort(reason);
    await expect(found).rejects.toBe(reason);
  });

  test('nothing is asked for whoever left before', async () => {
    const reason = new Error('Gone.');
    await expect(search('Mira', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(callsOf('users.list')).toEqual([]);
  });
});
