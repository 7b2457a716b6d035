import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ActionError, type ContactChannel, type Notice } from '@countermeasure/sdk';
import { recordingLogger } from '@countermeasure/sdk/testing';
import plugin from '@countermeasure/plugin-notify';

const SECRET = 'a secret of more than 24 characters';
const notice: Notice = {
  id: 'apr_1.0.request',
  threadId: 'apr_1',
  kind: 'REQUEST',
  subject: 'Approval needed: Suspend User for Ada',
  text: 'About to suspend <Ada> & others.',
  facts: [{ name: 'Why', value: 'Impossible *travel*' }],
  plan: ['Disable the account.'],
  decideUrl: 'https://cm.example/approvals/canary-4c21',
  followUrl: 'https://cm.example/runs/run_1',
  expiresAt: new Date('2026-03-01T03:12:00Z'),
};

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function startHook(answer: { status?: number; headers?: Record<string, string> } = {}) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answer.status ?? 200, answer.headers).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `http://${host}/hook`, received, [Symbol.asyncDispose]: async () => void server.close(() => undefined) };
}

async function send(id: ContactChannel, address: string, extraHosts = '', told: Notice = notice) {
  const channel = plugin.channels.find((candidate) => candidate.id === id);
  if (!channel) throw new Error(`There is no channel ${id}.`);
  const logger = recordingLogger();
  const client = channel.connect({ environment: channel.environment.parse({ NOTIFY_WEBHOOK_SECRET: SECRET, NOTIFY_EXTRA_HOSTS: extraHosts }), logger });
  await channel.send({ client, address, name: undefined, notice: told, signal: AbortSignal.timeout(5_000) }).finally(() => expect(logger.lines.join()).not.toContain('canary'));
}

async function failure(...given: Parameters<typeof send>): Promise<ActionError> {
  const error: unknown = await send(...given).then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof ActionError)) throw new Error(`An ActionError was expected, not ${String(error)}`);
  expect(`${error.message} ${error.remedy ?? ''}`).not.toMatch(/canary|\/hook/);
  return error;
}

test('a webhook is signed, so that whoever knows the secret can tell that it is genuine', async () => {
  await using hook = await startHook();
  await send('WEBHOOK', hook.url, hook.host);
  const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = hook.received;
  expect(JSON.parse(body)).toEqual({ ...notice, expiresAt: '2026-03-01T03:12:00.000Z' });
  const expected = createHmac('sha256', SECRET).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(headers['webhook-id']).toBe(notice.id);
  expect(Math.abs(Date.now() / 1_000 - Number(headers['webhook-timestamp']))).toBeLessThan(60);
});

test('Slack gets blocks with escaped words, and a button that leads to the decision', async () => {
  await using hook = await startHook();
  await send('SLACK', hook.url, hook.host);
  const message = JSON.parse(hook.received[0]?.body ?? '') as { text: string; blocks: { type: string }[] };
  expect(message.text).toBe(notice.subject);
  expect(message.blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'section', 'actions']);
  expect(JSON.stringify(message)).toContain('About to suspend &lt;Ada&gt; &amp; others.');
  expect(JSON.stringify(message.blocks.at(-1))).toContain(notice.decideUrl);
});

test('what people wrote is neither a mention nor a link, in Slack and in Teams', async () => {
  const hostile = { ...notice, subject: 'Ada <!channel>', text: '[Decide here](https://evil.example)', facts: [{ name: 'Why', value: '<https://evil.example|Decide> [here](https://evil.example)' }] };
  await using slack = await startHook();
  await send('SLACK', slack.url, slack.host, hostile);
  const message = JSON.parse(slack.received[0]?.body ?? '');
  expect(message.text).toBe('Ada &lt;!channel&gt;');
  // The heading is plain text, which Slack shows as it is.
  expect(JSON.stringify(message.blocks.slice(1))).not.toMatch(/<!channel>|<https/);
  await using teams = await startHook();
  await send('TEAMS', teams.url, teams.host, hostile);
  expect(JSON.parse(teams.received[0]?.body ?? '').attachments[0].content.body[1].text).toBe('\\[Decide here\\]\\(https://evil.example\\)');
});

test('Teams gets an adaptive card with the facts, and a button that leads to the decision', async () => {
  await using hook = await startHook();
  await send('TEAMS', hook.url, hook.host);
  const { type, attachments } = JSON.parse(hook.received[0]?.body ?? '') as { type: string; attachments: { contentType: string; content: { type: string; actions: object[] } }[] };
  expect([type, attachments[0]?.contentType, attachments[0]?.content.type]).toEqual(['message', 'application/vnd.microsoft.card.adaptive', 'AdaptiveCard']);
  expect(attachments[0]?.content.actions[0]).toMatchObject({ type: 'Action.OpenUrl', url: notice.decideUrl });
});

test.each<[number, Record<string, string>, object]>([
  [429, { 'retry-after': '7' }, { code: 'HOOK_BUSY', retryable: true, retryAfterMs: 7_000 }],
  [503, {}, { code: 'HOOK_BUSY', retryable: true }],
  [404, {}, { code: 'HOOK_REFUSED', retryable: false }],
  [429, { 'retry-after': 'Infinity' }, { code: 'HOOK_BUSY', retryable: true, retryAfterMs: undefined }],
  [503, { 'retry-after': '1000000000' }, { code: 'HOOK_BUSY', retryable: true, retryAfterMs: 3_600_000 }],
  [302, { location: 'http://169.254.169.254/' }, { code: 'HOOK_REFUSED', retryable: false }],
])('an answer %i of a webhook is understood, and a redirect is not followed', async (status, headers, expected) => {
  await using hook = await startHook({ status, headers });
  expect(await failure('WEBHOOK', hook.url, hook.host)).toMatchObject(expected);
});

test('an address without https is not called, unless its host is one of the operator\'s own', async () => {
  expect(await failure('WEBHOOK', 'http://127.0.0.1:1/hook')).toMatchObject({ code: 'HOOK_NOT_SECURE', retryable: false });
});

test.each(['https://user@hooks.example.com/', 'https://:password@hooks.example.com/', 'ftp://hooks.example.com/', 'hooks.example.com'])('%s is no address of a webhook', (address) => {
  for (const id of ['SLACK', 'TEAMS', 'WEBHOOK']) expect(plugin.channels.find((channel) => channel.id === id)?.checkAddress(address)).toMatch(/^must be /);
});

test('each channel says which hosts it calls: those of its contacts, and those that the operator names', () => {
  const named = plugin.channels.map((channel) => [channel.id, channel.hosts, channel.operatorHosts?.(channel.environment.parse({ SMTP_URL: 'smtp://u:p@mail.contoso.example:587', MAIL_FROM: 'a@contoso.example', NOTIFY_EXTRA_HOSTS: 'chat.internal:8443, Wiki.internal' }))]);
  const webhook = [['*'], ['chat.internal:8443', 'wiki.internal']];
  expect(named).toEqual([['EMAIL', [], ['mail.contoso.example']], ['SLACK', ...webhook], ['TEAMS', ...webhook], ['WEBHOOK', ...webhook]]);
});
