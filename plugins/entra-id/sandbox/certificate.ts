import { randomBytes } from 'node:crypto';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import type { TenantState } from './tenant-state.js';

export type ServerCertificate = TenantState['certificate'];

const DAY_MS = 86_400_000;
const LIFETIME_MS = 365 * DAY_MS;
const RENEWAL_MS = 30 * DAY_MS;

/**
 * A certificate for this machine's loopback address, its own root. It is no certificate authority on purpose: whoever
 * trusts it trusts this one server and nothing that its key could sign.
 */
export async function makeServerCertificate(nowMs: number): Promise<ServerCertificate> {
  // Roots are looked up by their names: two sandboxes in one process must not have the same.
  const name = `Countermeasure sandbox tenant ${randomBytes(8).toString('hex')}`;
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + LIFETIME_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }, { type: 2, value: 'localhost' }] },
    ],
  });
  return { certificatePem: made.cert, privateKeyPem: made.private, expiresAtMs: nowMs + LIFETIME_MS };
}

/** Whether a certificate is still good for a month. */
export function isLasting(certificate: ServerCertificate, nowMs: number): boolean {
  return certificate.expiresAtMs - nowMs > RENEWAL_MS;
}

/** Makes every TLS client of this process trust the certificate, beside those that it trusts already. */
export function trustCertificate(certificatePem: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificatePem]);
}

export function distrustCertificate(certificatePem: string): void {
  const wanted = certificatePem.trim();
  tls.setDefaultCACertificates(tls.getCACertificates('default').filter((trusted) => trusted.trim() !== wanted));
}
