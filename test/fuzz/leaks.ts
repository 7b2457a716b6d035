import { createHash } from 'node:crypto';
import path from 'node:path';
import { CANARY } from './json.ts';
import type { World } from './world.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** What only the inside of the service speaks of: stacks, files, statements, PostgreSQL, drivers. */
const INTERNALS: readonly RegExp[] = [
  /\bat (async )?\S+ \(?\S+:\d+:\d+/, /node_modules/, /\.[jt]s:\d+/, /file:\/\/\/(?!dev\/null)/, /\b(Type|Range|Reference|Aggregate|QueryFailed|Entity\w+)Error\b/, /Cannot (read|convert|set) /, /is not (a function|iterable)/, /Maximum call stack/,
  /\bselect\b.+\bfrom\b/is, /\binsert into\b/i, /\bupdate\b.+\bset\b/is, /violates .*constraint/, /invalid (byte sequence|input syntax)/, /out of range for/, /unsupported Unicode/i, /relation "|column "/, /postgres(ql)?:\/\//, /\bE(CONN\w+|NOENT|PIPE)\b/, /secretHash|secret_hash/, /canary/,
];

/** What an answer tells that nobody may know; nothing of what the request itself has said. */
export function leaksIn(answer: string, request: string, world: World): string[] {
  const found = INTERNALS.flatMap((pattern) => pattern.exec(answer)?.[0] ?? []).filter((text) => !request.includes(text));
  const secrets = [...world.secrets].filter((secret) => answer.includes(secret) || hashesOf(secret).some((hash) => answer.includes(hash)));
  return [...found.map((text) => `speaks of its inside: ${text.slice(0, 200)}`), ...secrets.map(() => 'tells a secret'), ...(answer.includes(ROOT) ? ['tells where it is installed'] : []), ...(answer.includes(CANARY) && !request.includes(CANARY) ? ['tells a credential'] : [])];
}

const hashes = new Map<string, readonly string[]>();

function hashesOf(secret: string): readonly string[] {
  const known = hashes.get(secret);
  if (known) return known;
  const hash = createHash('sha256').update(secret.split('_').slice(2).join('_')).digest();
  const made = [hash.toString('hex'), hash.toString('base64url')];
  hashes.set(secret, made);
  return made;
}
