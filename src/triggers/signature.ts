import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How far the sender's clock and ours may be apart. */
export const TIMESTAMP_TOLERANCE_MS = 5 * 60_000;

const SECRET_PREFIX = 'whsec_';

/** What signs a request. @see https://www.standardwebhooks.com */
export interface SignatureHeaders {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: string;
  /** One or more of v1,<base64>, with blanks between. */
  readonly signature: string;
}

export function newHookSecret(): string {
  return `${SECRET_PREFIX}${randomBytes(32).toString('base64')}`;
}

/** undefined: one is missing, or not of its form. */
export function readSignatureHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): SignatureHeaders | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') return undefined;
  const isWellFormed = /^[\x21-\x7e]{1,256}$/.test(id) && /^\d{1,12}$/.test(timestamp) && signature.length <= 2_048;
  return isWellFormed ? { id, timestamp, signature } : undefined;
}

export function isTimely({ timestamp }: SignatureHeaders, now: Date): boolean {
  return Math.abs(Number(timestamp) * 1_000 - now.getTime()) <= TIMESTAMP_TOLERANCE_MS;
}

/** Whether one of the secrets made one of the signatures. All of them are tried, so that the time it takes tells nothing. */
export function isSignedBy(secrets: readonly string[], { id, timestamp, signature }: SignatureHeaders, body: Buffer): boolean {
  const given = signature.split(' ').flatMap((part) => (part.startsWith('v1,') ? [Buffer.from(part.slice(3), 'base64')] : [])).slice(0, 8);
  const expected = secrets.map((secret) => createHmac('sha256', Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')).update(`${id}.${timestamp}.`).update(body).digest());
  const matches = expected.flatMap((wanted) => given.map((one) => one.length === wanted.length && timingSafeEqual(one, wanted)));
  return matches.includes(true);
}

/** What makes a signed request the very same one, however its signatures are spelled: what they sign. */
export function hashOfDelivery({ id, timestamp }: SignatureHeaders, body: Buffer): Buffer {
  return createHash('sha256').update(`${id}.${timestamp}.`).update(body).digest();
}
