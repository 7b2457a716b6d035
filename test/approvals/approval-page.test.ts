import { startTestApp, type TestApp } from '../support/test-app.js';

const GRACE = { channel: 'EMAIL', address: 'grace@contoso.example', name: 'Grace' };
const ALAN = { channel: 'EMAIL', address: 'alan@contoso.example' };

/** A run that waits, and the links that its contacts were sent, in the order of the policy. */
async function waiting(app: TestApp, approval: object = { contacts: [GRACE] }, name = 'A playbook') {
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval }], { name });
  const runId = await app.admin.run(playbook.id, { reason: 'Impossible travel' });
  const { contacts } = approval as { contacts: { address: string }[] };
  while (app.lab.notices.length < contacts.length) await new Promise((resolve) => setImmediate(resolve));
  const links = contacts.map(({ address }) => app.lab.notices.find((sent) => sent.address === address)?.notice.decideUrl ?? '');
  return { runId, links, link: links[0] ?? '' };
}

interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly cookie: string;
  readonly view: string;
}

async function open(url: string, init: RequestInit = {}): Promise<Page> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
  return { status: response.status, headers: response.headers, text, cookie, view: /name="view" value="([^"]*)"/.exec(text)?.[1] ?? '' };
}

/** As the form of a page that was opened does it; `headers` and `fields` let a test forge. */
function press(url: string, page: Page, decision: string, { headers = {}, fields = {} }: { headers?: Record<string, string>; fields?: Record<string, string> } = {}): Promise<Page> {
  return open(url, {
    method: 'POST',
    headers: { origin: new URL(url).origin, cookie: page.cookie, ...headers },
    body: new URLSearchParams({ view: page.view, decision, comment: 'Seen.', ...fields }),
  });
}

async function statusOf(app: TestApp, runId: string): Promise<string> {
  return (await app.admin.read(runId)).status;
}

test('the page tells who asks, what, on whom, why, what will change and until when; approving there carries the step out', async () => {
  await using app = await startTestApp();
  const { runId, link } = await waiting(app);
  const page = await open(link);
  expect(page.status).toBe(200);
  for (const text of ['Do alpha', 'Display of ada@contoso.example', 'ADMIN', 'Impossible travel', 'Would do alpha to Display of ada@contoso.example.', 'UTC']) expect(page.text).toContain(text);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/);
  expect(page.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);

  const done = await press(link, page, 'APPROVE');
  expect([done.status, done.text]).toEqual([200, expect.stringContaining('You approved it')]);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  const { approvals } = await app.admin.ask<{ approvals: { nodes: object[] } }>('{ approvals { nodes { decisions { decision comment by { ... on ContactActor { channel address } } } } } }');
  expect(approvals.nodes).toEqual([{ decisions: [{ decision: 'APPROVE', comment: 'Seen.', by: { channel: 'EMAIL', address: GRACE.address } }] }]);
});

test('denying on the page leaves the target untouched', async () => {
  await using app = await startTestApp();
  const { runId, link } = await waiting(app);
  await press(link, await open(link), 'DENY');
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_DENIED');
  expect(app.lab.calls).toEqual([]);
});

test('however often a scanner opens, prefetches or heads every address of a notice, nothing is decided', async () => {
  await using app = await startTestApp();
  const { runId, link } = await waiting(app);
  const addresses = [link, app.lab.notices[0]?.notice.followUrl ?? ''];
  for (let round = 0; round < 20; round += 1) {
    for (const address of addresses) {
      await open(address, { headers: { purpose: 'prefetch' } });
      await open(address, { method: 'HEAD' });
      await open(`${address}?decision=APPROVE`);
    }
  }
  expect(await statusOf(app, runId)).toBe('WAITING_FOR_APPROVAL');
  expect((await press(link, await open(link), 'APPROVE')).status).toBe(200);
});

test.each<[string, (link: string, page: Page) => Promise<Page>, number]>([
  ['from another origin', (link, page) => press(link, page, 'APPROVE', { headers: { origin: 'https://evil.example' } }), 403],
  ['that does not say where it comes from', (link, page) => open(link, { method: 'POST', headers: { cookie: page.cookie }, body: new URLSearchParams({ view: page.view, decision: 'APPROVE' }) }), 403],
  ['of a sandboxed frame, which has no origin', (link, page) => press(link, page, 'APPROVE', { headers: { origin: 'null', 'sec-fetch-site': 'cross-site' } }), 403],
  ['without an origin, of no browser', (link, page) => press(link, page, 'APPROVE', { headers: { origin: 'null' } }), 403],
  ['that a browser calls cross-site', (link, page) => press(link, page, 'APPROVE', { headers: { 'sec-fetch-site': 'cross-site' } }), 403],
  ['without the cookie of the page', (link, page) => press(link, page, 'APPROVE', { headers: { cookie: '' } }), 403],
  ['with a guessed view', (link, page) => press(link, page, 'APPROVE', { fields: { view: 'A'.repeat(page.view.length) } }), 403],
  ['with the view of another visit', async (link, page) => press(link, { ...(await open(link)), cookie: page.cookie }, 'APPROVE'), 403],
  ['with a decision that is none', (link, page) => press(link, page, 'MAYBE'), 400],
  ['with a guessed token', (link, page) => press(`${link.slice(0, -3)}AAA`, page, 'APPROVE'), 403],
])('a POST %s is refused and decides nothing', async (_how, forge, status) => {
  await using app = await startTestApp();
  const { runId, link } = await waiting(app);
  const answer = await forge(link, await open(link));
  expect(answer.status).toBe(status);
  expect(answer.text).toContain('Nothing was decided');
  expect(await statusOf(app, runId)).toBe('WAITING_FOR_APPROVAL');
  expect(app.lab.calls).toEqual([]);
});

test('a link of another approval, and a guessed one, decide nothing', async () => {
  await using app = await startTestApp();
  const first = await waiting(app);
  const page = await open(first.link);
  app.lab.notices.length = 0;
  const second = await waiting(app);
  expect((await press(second.link, page, 'APPROVE')).status).toBe(403);
  const guessed = await open(`${app.app.url}/approvals/${'x'.repeat(43)}`);
  expect([guessed.status, guessed.text]).toEqual([404, expect.stringContaining('not known here')]);
  expect([await statusOf(app, first.runId), await statusOf(app, second.runId)]).toEqual(['WAITING_FOR_APPROVAL', 'WAITING_FOR_APPROVAL']);
});

test('of two browsers at once with the same link, one decides and the other is told what became of it', async () => {
  await using app = await startTestApp();
  const { runId, link } = await waiting(app);
  const [one, other] = [await open(link), await open(link)];
  const answers = await Promise.all([press(link, one, 'APPROVE'), press(link, other, 'DENY')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const final = (await app.admin.follow(runId)).at(-1)?.type;
  expect(app.lab.callsOf('alpha')).toBe(final === 'RUN_SUCCEEDED' ? 1 : 0);
});

test('a used link says what became of the approval, and by whom; each contact decides once', async () => {
  await using app = await startTestApp();
  const { runId, links } = await waiting(app, { contacts: [GRACE, ALAN], quorum: 2 });
  const [graces = '', alans = ''] = links;
  await press(graces, await open(graces), 'APPROVE');
  expect((await open(graces)).text).toContain('You have decided already');
  expect(await statusOf(app, runId)).toBe('WAITING_FOR_APPROVAL');
  await press(alans, await open(alans), 'APPROVE');
  await app.admin.follow(runId);
  for (const link of links) expect((await open(link)).text).toMatch(/was approved by Grace, alan@contoso\.example/);
});

test.each<[string, (app: TestApp, runId: string) => Promise<unknown>, RegExp]>([
  ['expired', (app) => app.database.query(`update approval set expires_at = now() - interval '1 second'`), /has expired/],
  ['canceled', (app, runId) => app.admin.ask('mutation ($id: ID!) { cancelRun(input: { runId: $id }) { run { id } } }', { id: runId }), /canceled/],
])('the page of an approval that was %s meanwhile decides nothing and says so', async (_what, end, text) => {
  await using app = await startTestApp();
  const { runId, link } = await waiting(app);
  const page = await open(link);
  await end(app, runId);
  const late = await press(link, page, 'APPROVE');
  expect([late.status, late.text]).toEqual([409, expect.stringMatching(text)]);
  expect((await open(link)).text).toMatch(text);
  expect(app.lab.calls).toEqual([]);
});

test('nothing that people wrote is taken for markup, and no link is kept readable', async () => {
  await using app = await startTestApp();
  const { link } = await waiting(app, { contacts: [GRACE] }, '<script>alert(1)</script>');
  expect((await open(link)).text).not.toContain('<script>');
  const token = link.split('/').at(-1) ?? '';
  const { rows } = await app.database.query(`select l::text as line from approval_link l union all select n::text from approval_notification n union all select j::text from graphile_worker._private_jobs j union all select e::text from run_event e`);
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.some(({ line }) => String(line).includes(token))).toBe(false);
});
