import { X509Certificate, createPrivateKey } from 'node:crypto';

/** When the certificate of a PEM ends. Throws an Error that says in words what is wrong with the PEM, and shows nothing of it. */
export function certificateExpiry(pem: string): Date {
  const [certificate] = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/.exec(pem) ?? [];
  if (certificate === undefined) throw new Error('holds no certificate: put the certificate and its private key into one PEM');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) throw new Error('holds a private key with a passphrase: take it off by openssl pkey -in key.pem -out plain.pem');
  const [key] = /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[^]+?-----END (?:RSA |EC )?PRIVATE KEY-----/.exec(pem) ?? [];
  if (key === undefined) throw new Error('holds no private key: put the certificate and its private key into one PEM');
  const parsed = parse(certificate, key);
  if (!parsed) throw new Error('cannot be read: it is not PEM as openssl writes it');
  if (parsed.key.asymmetricKeyType !== 'rsa') throw new Error('holds a key that is not RSA, the only kind that Microsoft\'s sign-in takes: make a new certificate by openssl req -x509 -newkey rsa:2048');
  if (!parsed.certificate.checkPrivateKey(parsed.key)) throw new Error('holds a private key that does not belong to its certificate');
  return parsed.certificate.validToDate;
}

function parse(certificate: string, key: string): { certificate: X509Certificate; key: ReturnType<typeof createPrivateKey> } | undefined {
  try {
    return { certificate: new X509Certificate(certificate), key: createPrivateKey(key) };
  } catch {
    return undefined; // what OpenSSL says of it could quote it
  }
}
