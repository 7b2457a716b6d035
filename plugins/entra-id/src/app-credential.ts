import { readFileSync } from 'node:fs';
import { ActionError } from '@countermeasure/sdk';
import { z } from 'zod';
import { certificateExpiry } from './certificate.js';
import type { EntraEnvironment } from './environment.js';

const moment = z.iso.datetime({ offset: true, error: 'must be a date as 2027-01-31 or 2027-01-31T12:00:00Z' }).or(z.iso.date());

/** An app registration of one connection's own. */
export const connectionCredential = z
  .strictObject({
    clientId: z.guid({ error: 'must be the application (client) id of the app registration, a GUID' }).describe('Application (client) id of the app registration.'),
    clientSecret: z.string().min(1).max(1_000).optional().describe('A client secret: its value, not its id.'),
    clientSecretExpiresAt: moment.optional().describe('When the client secret expires, so that it is warned of in advance.'),
    certificatePem: z.string().max(50_000).superRefine(refuseUnusable).optional().describe('A certificate and its private key, without a passphrase, in one PEM. Upload the certificate alone to the app registration.'),
  })
  .refine(({ clientSecret, certificatePem }) => (clientSecret === undefined) !== (certificatePem === undefined), { error: 'give either clientSecret or certificatePem', path: ['clientSecret'] });

export type ConnectionCredential = z.output<typeof connectionCredential>;

/** What the app shows Microsoft to get a token. */
export type AppCredential =
  | { readonly kind: 'SECRET'; readonly clientId: string; readonly secret: string; readonly expiresAt: string | undefined }
  | { readonly kind: 'CERTIFICATE'; readonly clientId: string; readonly readPem: () => string }
  | { readonly kind: 'FEDERATED'; readonly clientId: string; readonly tokenFilePath: string }
  | { readonly kind: 'MANAGED'; readonly clientId: string | undefined };

/** The connection's own credential, or else the first that the environment names. */
export function appCredentialOf(environment: EntraEnvironment, own: ConnectionCredential | undefined): AppCredential {
  if (own?.certificatePem !== undefined) return { kind: 'CERTIFICATE', clientId: own.clientId, readPem: () => own.certificatePem ?? '' };
  if (own) return { kind: 'SECRET', clientId: own.clientId, secret: own.clientSecret ?? '', expiresAt: own.clientSecretExpiresAt };
  const { ENTRA_CLIENT_ID: clientId = '', ENTRA_CLIENT_SECRET: secret, ENTRA_CLIENT_CERTIFICATE_PATH: path, ENTRA_FEDERATED_TOKEN_FILE: tokenFilePath } = environment;
  if (secret !== undefined) return { kind: 'SECRET', clientId, secret, expiresAt: environment.ENTRA_CLIENT_SECRET_EXPIRES_AT };
  if (path !== undefined) return { kind: 'CERTIFICATE', clientId, readPem: () => readOwnFile(path, 'ENTRA_CLIENT_CERTIFICATE_PATH') };
  if (tokenFilePath !== undefined) return { kind: 'FEDERATED', clientId, tokenFilePath };
  return { kind: 'MANAGED', clientId: clientId === '' ? undefined : clientId };
}

const DAY_MS = 24 * 60 * 60_000;
const WARN_BEFORE_MS = 30 * DAY_MS;

/** A sentence when the credential ends soon or has ended, where that can be known. */
export function expiryWarning(app: AppCredential, now: Date): string | undefined {
  const ends = expiryOf(app);
  if (!ends || ends.getTime() - now.getTime() > WARN_BEFORE_MS) return undefined;
  const what = app.kind === 'CERTIFICATE' ? 'certificate' : 'client secret';
  const day = ends.toISOString().slice(0, 10);
  if (ends <= now) return `The app's ${what} expired on ${day}: make a new one in the app registration and put it in its place.`;
  return `The app's ${what} expires on ${day}: make a new one in the app registration and put it in its place before then.`;
}

function expiryOf(app: AppCredential): Date | undefined {
  if (app.kind === 'SECRET') return app.expiresAt === undefined ? undefined : new Date(app.expiresAt);
  return app.kind === 'CERTIFICATE' ? certificateExpiry(app.readPem()) : undefined;
}

/** The PEM, or an error that says what is wrong with it. */
export function usablePem(readPem: () => string): string {
  const pem = readPem();
  try {
    certificateExpiry(pem);
    return pem;
  } catch (cause) {
    throw unreadable(`The app's certificate ${cause instanceof Error ? cause.message : 'cannot be read'}.`, 'Put a usable PEM in its place.', cause);
  }
}

/** A file that the environment names; read anew each time, because certificates and tokens are replaced in place. */
export function readOwnFile(path: string, variable: string): string {
  const remedy = `Check that ${variable} names a file that the service's user may read, and that it is not empty.`;
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw unreadable(`The file of ${variable} cannot be read (${code}).`, remedy, cause);
  }
  if (content.trim() === '') throw unreadable(`The file of ${variable} is empty.`, remedy, undefined);
  return content;
}

function unreadable(message: string, remedy: string, cause: unknown): ActionError {
  return new ActionError('CREDENTIAL_UNREADABLE', message, { cause, remedy, concernsConnection: true });
}

function refuseUnusable(pem: string, context: z.core.$RefinementCtx<string>): void {
  try {
    certificateExpiry(pem);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
  }
}
