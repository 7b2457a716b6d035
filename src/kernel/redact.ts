import { LRUCache } from 'lru-cache';

const REDACTED = '[redacted]';

/** Shorter ones are no secrets, and taking them out would make holes in ordinary words. */
const LEAST_LENGTH = 8;

/** Far more than one process meets: the variables of its environment and the credentials of its connections. */
const MAX_KNOWN = 5_000;

/** Secrets that are known by their form, whoever made them. What comes before the secret itself stays. */
const FORMS: readonly RegExp[] = [
  /\bcmk_[0-9a-f]{8}_[A-Za-z0-9_-]{20,}/g,
  /\bwhsec_[A-Za-z0-9+/=_-]{16,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}/g,
  /(?<=\b(?:bearer|basic)(?: |%20|\+))[A-Za-z0-9+/=_.~-]{8,}/gi,
  /(?<=\/approvals\/)[A-Za-z0-9_-]{43}/g,
  /(?<=[a-z]:\/\/[^\s/@:"']{0,200}:)[^\s/@"']{1,500}(?=@)/gi,
  /(?<=[?&](?:state|code|sig|token|client_secret|access_token)=)[^&\s"']{8,}/gi,
  /(?<=-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----).{1,20000}?(?=-----END)/gs,
];

/** Every spelling of every secret that this process has been given. */
const known = new LRUCache<string, string>({ max: MAX_KNOWN });

/** From now on this text is left out of everything that goes through `redact`. */
export function rememberSecret(secret: string): void {
  const text = secret.trim();
  if (text.length < LEAST_LENGTH) return;
  for (const spelling of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())]) known.set(spelling, REDACTED);
}

/** Every text in a credential, however deep. */
export function rememberSecretsIn(value: unknown): void {
  if (typeof value === 'string') rememberSecret(value);
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(rememberSecretsIn);
}

/** The text without the secrets that are known or look like one: for logs, and for what plugins say to people. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of known.keys()) if (clean.includes(secret)) clean = clean.replaceAll(secret, REDACTED);
  for (const form of FORMS) clean = clean.replace(form, REDACTED);
  return clean;
}

/** The same for texts in lists and plain objects; anything else stays as it is. */
export function redactIn<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((entry: unknown) => redactIn(entry)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, redactIn(entry as unknown)])) as T;
}
