import { ActionError, defineChannel, type Notice } from '@countermeasure/sdk';
import { createTransport, type Transporter } from 'nodemailer';
import { z } from 'zod';
import { toHtml, toText } from './email-content.js';

const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 30_000;

const address = z.email({ error: 'must be one e-mail address, such as grace@contoso.example' }).max(254);

const environment = z
  .object({
    SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be smtp://user:password@host:port, or smtps:// for TLS from the start' }).refine(isDecodable, { error: 'must have user and password percent-encoded: % is %25' }).optional(),
    MAIL_FROM: address.optional(),
  })
  .refine(({ SMTP_URL, MAIL_FROM }) => SMTP_URL === undefined || MAIL_FROM !== undefined, { path: ['MAIL_FROM'], error: 'must be set beside SMTP_URL: the address that mails come from' });

interface Mailer {
  readonly transport: Transporter;
  readonly from: string;
}

function isDecodable(url: string): boolean {
  return !URL.canParse(url) || !/%(?![0-9a-f]{2})/i.test(new URL(url).username + new URL(url).password);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** E-mail over SMTP: always by TLS but to this machine itself, certificates always checked. */
export const email = defineChannel({
  id: 'EMAIL',
  title: 'E-mail',
  environment,
  hosts: [],
  operatorHosts: ({ SMTP_URL }) => (SMTP_URL === undefined ? [] : [new URL(SMTP_URL).hostname]),
  missing: ({ SMTP_URL, MAIL_FROM }) => (SMTP_URL === undefined || MAIL_FROM === undefined ? 'E-mail is not set up: set SMTP_URL and MAIL_FROM, and start the service again.' : undefined),
  checkAddress: (text) => address.safeParse(text).error?.issues[0]?.message,
  connect({ environment: { SMTP_URL = '', MAIL_FROM = '' } }): Mailer {
    const { protocol, hostname, port, username, password } = new URL(SMTP_URL);
    const transport = createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (protocol === 'smtps:' ? 465 : 587) : Number(port),
      secure: protocol === 'smtps:',
      // A password or a link never goes over the network in the clear; a relay on this machine needs no TLS.
      requireTLS: protocol === 'smtp:' && !isLoopback(hostname),
      ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      connectionTimeout: CONNECT_WITHIN_MS,
      greetingTimeout: CONNECT_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
      // Nothing of a notice may come from a file or another host.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return { transport, from: MAIL_FROM };
  },
  async send({ client: { transport, from }, address: to, name, notice, signal }) {
    const [, domain = 'localhost'] = from.split('@');
    const thread = `<${notice.threadId}@${domain}>`;
    const sending = transport.sendMail({
      from: { name: 'Countermeasure', address: from },
      to: { name: oneLine(name ?? ''), address: to },
      subject: oneLine(notice.subject),
      messageId: `<${notice.id}@${domain}>`,
      ...(notice.kind !== 'REQUEST' && { inReplyTo: thread, references: thread }),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      text: toText(notice),
      html: toHtml(notice),
    });
    await unlessAborted(sending, signal).catch((error: unknown) => {
      throw toMailError(error);
    });
  },
  close: ({ transport }) => Promise.resolve(transport.close()),
});

/** What an SMTP server or the way to it says, without a word of the mail: its link is a secret. */
function toMailError(error: unknown): ActionError {
  const { code = 'UNKNOWN', responseCode, command } = error as { code?: string; responseCode?: number; command?: string };
  const said = responseCode === undefined ? code : String(responseCode);
  if (code === 'EAUTH') return new ActionError('MAIL_LOGIN_REFUSED', `The mail server refused the login (${said}).`, { retryable: true, remedy: 'Correct the user and password of SMTP_URL; the mail is tried again.' });
  // Only a refusal of the recipient is for good: every other one can be the server's trouble, or the operator's to mend.
  if (responseCode !== undefined && responseCode >= 500 && command === 'RCPT TO') {
    return new ActionError('MAIL_REFUSED', `The mail server refuses mails to this address for good (${said}).`, { remedy: 'Check the contact\'s address.' });
  }
  if (responseCode !== undefined && responseCode >= 500) {
    return new ActionError('MAIL_DEFERRED', `The mail server refused the mail (${said}).`, { retryable: true, remedy: 'Check whether MAIL_FROM may send by this server; the mail is tried again.' });
  }
  if (responseCode !== undefined) return new ActionError('MAIL_DEFERRED', `The mail server put the mail off (${said}).`, { retryable: true, remedy: 'Nothing to do: it is tried again.' });
  return new ActionError('MAIL_UNREACHABLE', `The mail server could not be reached (${said}).`, { retryable: true, remedy: 'Check SMTP_URL and the server\'s certificate; the mail is tried again.' });
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new ActionError('MAIL_UNREACHABLE', 'The mail server did not answer in time.', { retryable: true, remedy: 'Check the mail server; the mail is tried again.' }));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A line break in a header would begin another header. */
function oneLine(text: Notice['subject']): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
