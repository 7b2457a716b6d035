import tls from 'node:tls';
import { ActionError, type Notice } from '@countermeasure/sdk';
import { recordingLogger } from '@countermeasure/sdk/testing';
import plugin from '@countermeasure/plugin-notify';
import { generate } from 'selfsigned';
import { startSmtpServer } from '../../../test/support/smtp-server.js';

const SECRET_LINK = 'https://cm.example/approvals/canary-4c21';
const notice: Notice = {
  id: 'apr_1.0.request',
  threadId: 'apr_1',
  kind: 'REQUEST',
  subject: 'Approval needed: Suspend User for Ada "Ace" <ada>',
  text: 'The playbook "Contain" is about to suspend Ada.',
  facts: [{ name: 'Why', value: '<b>Impossible</b> travel & more' }],
  plan: ['Disable the account of Ada: accountEnabled true → false.'],
  decideUrl: SECRET_LINK,
  followUrl: 'https://cm.example/runs/run_1',
  expiresAt: new Date('2026-03-01T03:12:00Z'),
};

const channel = plugin.channels.find(({ id }) => id === 'EMAIL');
if (!channel) throw new Error('There is no channel EMAIL.');

async function send(smtpUrl: string, more: Partial<Notice> = {}, { name, signal = new AbortController().signal }: { name?: string; signal?: AbortSignal } = {}) {
  const logger = recordingLogger();
  const environment = channel?.environment.parse({ SMTP_URL: smtpUrl, MAIL_FROM: 'alerts@contoso.example' }) ?? {};
  const client = channel?.connect({ environment, logger });
  try {
    await channel?.send({ client, address: 'grace@contoso.example', name, notice: { ...notice, ...more }, signal });
  } finally {
    await channel?.close?.(client);
    expect(logger.lines.join()).not.toContain('canary');
  }
}

async function failure(...given: Parameters<typeof send>): Promise<ActionError> {
  const error: unknown = await send(...given).then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof ActionError)) throw new Error(`An ActionError was expected, not ${String(error)}`);
  expect(`${error.message} ${error.remedy ?? ''}`).not.toMatch(/canary|hunter2/);
  return error;
}

test('a mail says what the notice says, in text and in HTML, to one recipient, and loads nothing', async () => {
  await using server = await startSmtpServer();
  await send(`smtp://127.0.0.1:${server.port}`, {}, { name: 'Grace' });
  const [mail] = server.mails;
  expect(mail?.to).toEqual(['grace@contoso.example']);
  for (const body of [mail?.text, mail?.html]) for (const text of ['about to suspend Ada', 'accountEnabled true → false', SECRET_LINK, 'https://cm.example/runs/run_1', '2026-03-01 03:12 UTC', 'decides nothing yet']) expect(body).toContain(text);
  expect(mail?.html).toContain('&lt;b&gt;Impossible&lt;/b&gt; travel &amp; more');
  expect(mail?.html).not.toMatch(/<(img|script|link|iframe)|src=|url\(/i);
  expect(mail?.headers).toMatchObject({
    'message-id': '<apr_1.0.request@contoso.example>',
    'auto-submitted': 'auto-generated',
    from: 'Countermeasure <alerts@contoso.example>',
    to: 'Grace <grace@contoso.example>',
  });
});

test('reminders and outcomes join the thread of their request, and an outcome has nothing to decide', async () => {
  await using server = await startSmtpServer();
  const { decideUrl: _link, expiresAt: _end, ...over } = notice;
  const logger = recordingLogger();
  const client = channel?.connect({ environment: channel.environment.parse({ SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'alerts@contoso.example' }), logger });
  await channel?.send({ client, address: 'grace@contoso.example', name: undefined, notice: { ...over, id: 'apr_1.0.outcome', kind: 'OUTCOME' }, signal: new AbortController().signal });
  await channel?.close?.(client);
  expect(server.mails[0]?.headers).toMatchObject({ 'in-reply-to': '<apr_1@contoso.example>', references: '<apr_1@contoso.example>' });
  expect(server.mails[0]?.text).not.toContain('Decide here');
});

test('nothing that people wrote becomes a header', async () => {
  await using server = await startSmtpServer();
  await send(`smtp://127.0.0.1:${server.port}`, { subject: 'One\r\nBcc: evil@example.com\r\n\r\nTwo' }, { name: 'Grace\r\nBcc: evil@example.com' });
  const [mail] = server.mails;
  expect(mail?.to).toEqual(['grace@contoso.example']);
  expect(mail?.headers['bcc']).toBeUndefined();
});

describe('STARTTLS', () => {
  const trusted = tls.getCACertificates('default');
  afterEach(() => tls.setDefaultCACertificates(trusted));

  test('is used where the server offers it, and its certificate is checked', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'mail' }], { keyType: 'ec', extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }] });
    await using server = await startSmtpServer({ key, cert });
    expect(await failure(`smtp://127.0.0.1:${server.port}`)).toMatchObject({ code: 'MAIL_UNREACHABLE', retryable: true });
    expect(server.mails).toEqual([]);
    tls.setDefaultCACertificates([...trusted, cert]);
    await send(`smtp://127.0.0.1:${server.port}`);
    expect(server.mails[0]?.isEncrypted).toBe(true);
  });
});

test.each([
  ['a mailbox that is not there', 'onRcptTo', 550, 'MAIL_REFUSED', false],
  ['greylisting', 'onRcptTo', 450, 'MAIL_DEFERRED', true],
  ['a sender that may not send, which the operator mends', 'onMailFrom', 550, 'MAIL_DEFERRED', true],
  ['a mail that is not taken, which may pass', 'onData', 554, 'MAIL_DEFERRED', true],
  ['a server that takes nobody in for now', 'onConnect', 554, 'MAIL_DEFERRED', true],
])('%s (%s %i) is told as %s', async (_what, place, responseCode, code, retryable) => {
  const refuse = (...args: unknown[]): void => (args.at(-1) as (error: Error) => void)(Object.assign(new Error('No.'), { responseCode }));
  await using server = await startSmtpServer({ [place]: place === 'onData' ? (stream: NodeJS.ReadableStream, ...rest: unknown[]) => stream.resume().on('end', () => refuse(...rest)) : refuse });
  expect(await failure(`smtp://127.0.0.1:${server.port}`)).toMatchObject({ code, retryable });
});

test('a login that is refused is tried again, because an operator mends it; the password is not shown', async () => {
  await using server = await startSmtpServer({ allowInsecureAuth: true, onAuth: (_auth, _session, done) => done(new Error('Invalid')) });
  expect(await failure(`smtp://alerts:hunter2@127.0.0.1:${server.port}`)).toMatchObject({ code: 'MAIL_LOGIN_REFUSED', retryable: true });
});

test('a server that is not there is told as unreachable, and one that never answers when the time is over', async () => {
  const { port } = await startSmtpServer().then(async (server) => {
    await server[Symbol.asyncDispose]();
    return server;
  });
  expect(await failure(`smtp://127.0.0.1:${port}`)).toMatchObject({ code: 'MAIL_UNREACHABLE', retryable: true });
  await using silent = await startSmtpServer({ onConnect: () => undefined });
  expect(await failure(`smtp://127.0.0.1:${silent.port}`, {}, { signal: AbortSignal.timeout(200) })).toMatchObject({ code: 'MAIL_UNREACHABLE', retryable: true });
});

test.each(['nobody', 'a@b@c.example', 'Grace <grace@contoso.example>', 'grace@contoso.example\nbcc:x@y.example', ''])('%j is no address', (address) => {
  expect(channel.checkAddress(address)).toContain('e-mail address');
});

test('what is not set up is told with what to set, and a faulty variable is refused', () => {
  expect(channel.missing({})).toContain('SMTP_URL and MAIL_FROM');
  for (const environment of [{ SMTP_URL: 'https://mail.example' }, { SMTP_URL: 'smtp://mail.example' }, { SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'nobody' }, { SMTP_URL: 'smtp://alerts:50%@mail.example', MAIL_FROM: 'alerts@contoso.example' }]) expect(channel.environment.safeParse(environment).success).toBe(false);
});
