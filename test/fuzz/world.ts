import type { Caller } from './attempts.ts';
import { PLACEHOLDER } from './ids.ts';

/** Of each kind so many of the newest are known, so that things are used again while they live. */
const KNOWN_PER_KIND = 50;
const ID = /\b(key|con|pbk|stp|run|rst|apr|trg|evt|fir|src|fed)_[0-9a-hjkmnp-tv-z]{26}\b/g;
const SECRET = /\bcmk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}|\bwhsec_[A-Za-z0-9+/=]+/g;

/** What whoever attacks the service has learned from its answers, and must not learn. */
export class World {
  private readonly known = new Map<string, string[]>();
  private readonly own = new Set<string>();
  /** Secrets that were told once and belong into no other answer. */
  readonly secrets = new Set<string>();

  constructor(private readonly keys: Readonly<Record<Caller, { id: string; text: string } | undefined>>) {
    for (const key of Object.values(keys)) {
      if (!key) continue;
      this.own.add(key.id);
      this.secrets.add(key.text);
    }
  }

  authorizationOf(caller: Caller): string | undefined {
    const key = this.keys[caller];
    return key && `Bearer ${key.text}`;
  }

  /** Puts ids of things that there are in the place of their placeholders. */
  fill(text: string): string {
    return text.replace(/cursor@([a-z]{3}):(\d+)@/g, (_all, prefix: string, index: string) => Buffer.from(this.idOf(prefix, Number(index))).toString('base64url')).replace(PLACEHOLDER, (_all, prefix: string, index: string) => this.idOf(prefix, Number(index)));
  }

  /** Notes the ids in an answer; not those of the keys that are used here, which would be revoked. */
  learn(answer: string): void {
    for (const [id, prefix = ''] of answer.matchAll(ID)) {
      if (this.own.has(id)) continue;
      const ids = this.known.get(prefix) ?? [];
      this.known.set(prefix, [id, ...ids.filter((other) => other !== id)].slice(0, KNOWN_PER_KIND));
    }
  }

  /** The secrets that an answer tells for the first time. */
  keepSecrets(answer: string): void {
    for (const [secret] of answer.matchAll(SECRET)) this.secrets.add(secret);
  }

  private idOf(prefix: string, index: number): string {
    const ids = this.known.get(prefix) ?? [];
    return ids[index % Math.max(1, ids.length)] ?? `${prefix}_01h455vb4pex5vsknk084sn02q`;
  }
}
