import { LRUCache } from 'lru-cache';
import { DomainError } from '../kernel/errors.js';
import { hashSecret } from './api-key-secret.js';
import type { Caller } from './caller.js';
import type { FailedAttempts } from './failed-attempts.js';
import type { RateLimits, SpentOn } from './rate-limits.js';
import type { Session } from './session.js';
import type { RefusedSignIn } from './sign-in-ledger.js';

const MAX_REMEMBERED = 10_000;
const REMEMBERED_FOR_MS = 10 * 60_000;

interface Deps {
  readonly attempts: FailedAttempts;
  readonly limits: RateLimits;
  readonly authenticate: (authorization: string | undefined) => Promise<Session>;
  readonly onRefusedSignIn: (refused: RefusedSignIn) => void;
}

/** Lets callers in: who they are, and whether they may ask for one more operation. */
export class SignIn {
  /** Whose an authorization was when it was last looked up. It lets nobody in; it only tells whose limit is reached before anything is looked up. */
  private readonly owners = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: REMEMBERED_FOR_MS });

  constructor(private readonly deps: Deps) {}

  isKnown({ authorization }: Caller): boolean {
    return authorization !== undefined && this.owners.has(fingerprint(authorization));
  }

  /** Finds out who a caller is, unless too many from there were wrong. Nothing presented is nothing guessed, and costs no look-up. */
  async signIn(caller: Caller): Promise<Session> {
    const { authorization, address, via, keyPrefix } = caller;
    try {
      caller.session = await this.lookUp(authorization, address);
      return caller.session;
    } catch (error) {
      if (error instanceof DomainError) this.deps.onRefusedSignIn({ address, via: via === 'websocket' ? 'WEBSOCKET' : 'HTTP', keyPrefix: keyPrefix ?? null });
      throw error;
    }
  }

  private async lookUp(authorization: string | undefined, address: string): Promise<Session> {
    const { attempts, authenticate } = this.deps;
    if (authorization === undefined) return authenticate(undefined);
    const session = await attempts.guard('sign-in', address, authorization, () => authenticate(authorization), isWrong);
    this.owners.set(fingerprint(authorization), session.actor.id);
    return session;
  }

  /** Takes an operation off the caller's limits. A caller who has not signed in yet, but was here before, is refused without a look-up. */
  async spend(on: SpentOn, caller: Caller): Promise<void> {
    const actorId = this.actorOf(caller);
    if (actorId === undefined) return;
    await this.deps.limits.refuseAfterRefusals(actorId);
    await this.deps.limits.spend(on, { actorId, address: caller.address });
  }

  /** The part of it that needs nothing of the operation. */
  async refuseAfterRefusals(caller: Caller): Promise<void> {
    const actorId = this.actorOf(caller);
    if (actorId !== undefined) await this.deps.limits.refuseAfterRefusals(actorId);
  }

  /** For an operation that was read and is not carried out. */
  async noteRefused(caller: Caller, isTooMuch: boolean): Promise<void> {
    const actorId = this.actorOf(caller);
    if (actorId !== undefined) await this.deps.limits.noteRefused(actorId, { bytes: caller.bytes, isTooMuch });
  }

  private actorOf(caller: Caller): string | undefined {
    return caller.actorId ?? this.owners.get(fingerprint(caller.authorization ?? ''));
  }
}

function isWrong(result: { value: unknown } | { error: unknown }): boolean {
  return 'error' in result && result.error instanceof DomainError && result.error.code === 'UNAUTHENTICATED';
}

function fingerprint(authorization: string): string {
  return hashSecret(authorization).toString('base64');
}
