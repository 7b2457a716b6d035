import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Mail {
  readonly to: string[];
  /** Headers by their names in lower case, unfolded. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text part, decoded. */
  readonly text: string;
  readonly html: string;
  readonly raw: string;
  readonly isEncrypted: boolean;
}

export interface TestSmtpServer extends AsyncDisposable {
  readonly port: number;
  readonly mails: Mail[];
}

/** A real SMTP server on 127.0.0.1 that keeps what it is sent. */
export async function startSmtpServer(options: SMTPServerOptions = {}, wantedPort = 0): Promise<TestSmtpServer> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({ ...parse(Buffer.concat(chunks).toString()), to: session.envelope.rcptTo.map(({ address }) => address), isEncrypted: session.secure });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(wantedPort, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)) };
}

function parse(raw: string): Omit<Mail, 'to' | 'isEncrypted'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = parseHeaders(head);
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '') ?? [];
  const parts = rest.join('\r\n\r\n').split(`--${boundary}`).map((part) => {
    const [partHead = '', ...body] = part.replace(/^\r\n/, '').split('\r\n\r\n');
    const partHeaders = parseHeaders(partHead);
    return { type: partHeaders['content-type'] ?? '', body: decode(body.join('\r\n\r\n'), partHeaders['content-transfer-encoding'] ?? '') };
  });
  const bodyOf = (type: string): string => parts.find((part) => part.type.startsWith(type))?.body ?? '';
  return { headers, text: bodyOf('text/plain'), html: bodyOf('text/html'), raw };
}

function parseHeaders(head: string): Record<string, string> {
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
