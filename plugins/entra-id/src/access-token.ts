import type { AccessToken, TokenCredential } from '@azure/identity';
import { ActionError, isActionError } from '@countermeasure/sdk';
import { toIdentityError, tokenTimeout } from './identity-error.js';
import type { TokenTraffic } from './token-traffic.js';

/** A sign-in service that has not answered by then will not. */
const ANSWER_WITHIN_MS = 20_000;

/** A credential, and what can be seen of its talk with the sign-in service. */
export interface WatchedCredential {
  readonly credential: TokenCredential;
  readonly traffic: TokenTraffic;
}

/** What a token of Graph's says of its app. Read, not trusted: only Graph can validate its tokens. */
export interface TokenClaims {
  readonly tid?: string;
  readonly appid?: string;
  /** Object id of the app's service principal in the tenant. */
  readonly oid?: string;
  /** false: the token is none that can be read, so it tells nothing; what is granted shows only when it is used. */
  readonly isReadable: boolean;
  /** The granted application permissions; a token without any is legal. */
  readonly roles: readonly string[];
  /** Template ids of the directory roles that the service principal holds, where Microsoft tells. */
  readonly wids: readonly string[];
}

/** As MSAL does: a token so near its end may end on its way. */
const RENEW_BEFORE_MS = 300_000;

/**
 * The token of one tenant, shared by everything that acts on it: however many ask at once, Microsoft is asked once.
 * MSAL keeps a token until five minutes before its end, but asks anew for each of many callers that come at the same time.
 */
export class TenantToken {
  private asking: Promise<AccessToken> | undefined;
  private last: AccessToken | undefined;
  private watched: WatchedCredential | undefined;

  private readonly createCredential: () => WatchedCredential;
  private readonly scope: string;

  constructor(createCredential: () => WatchedCredential, scope: string) {
    this.createCredential = createCredential;
    this.scope = scope;
  }

  async get(signal: AbortSignal): Promise<string> {
    if (this.isLastGood()) return this.current;
    const { token } = await this.ask(signal, {});
    return token;
  }

  /**
   * After a 401: a new token in place of the one that was refused, unless somebody has renewed it meanwhile. A credential
   * keeps its tokens to itself, so a new one has none. `claims` is what the refusal asked the new token to hold.
   */
  async renew(refused: string, signal: AbortSignal, claims: string | undefined): Promise<string> {
    if (this.current === refused && this.asking === undefined) this.watched = undefined;
    const { token } = await this.ask(signal, claims === undefined ? {} : { claims });
    return token;
  }

  /** A token of this moment: one that is kept does not know what was granted or taken away since. */
  async getNew(signal: AbortSignal): Promise<string> {
    // Whoever is asking now may have begun before this moment, and may be answered from what is kept.
    while (this.asking !== undefined) await withinSignal(this.asking.then(() => undefined, () => undefined), signal);
    const before = this.watched;
    this.watched = undefined;
    try {
      return (await this.ask(signal, {})).token;
    } catch (error) {
      // A sign-in service that cannot be reached at this moment takes no token away from those who are at work.
      if (isActionError(error) && error.retryable) this.watched ??= before;
      throw error;
    }
  }

  /** The token that was got last; empty before the first. */
  get current(): string {
    return this.last?.token ?? '';
  }

  /** The app roles, which are the granted application permissions, that the last token holds. */
  roles(): readonly string[] {
    return this.claims().roles;
  }

  claims(): TokenClaims {
    const [, payload = ''] = this.current.split('.');
    try {
      const { roles, wids, ...claims } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
      return { ...texts(claims), isReadable: true, roles: listOf(roles), wids: listOf(wids) };
    } catch {
      return { isReadable: false, roles: [], wids: [] }; // not a JWT: Microsoft may change the form of its tokens any day, and nothing else depends on it
    }
  }

  /** MSAL would give the same one, after much work. Without its credential it is one that was given up. */
  private isLastGood(): boolean {
    return this.watched !== undefined && this.asking === undefined && this.last !== undefined && this.last.expiresOnTimestamp - Date.now() > RENEW_BEFORE_MS;
  }

  private async ask(signal: AbortSignal, options: { claims?: string }): Promise<AccessToken> {
    signal.throwIfAborted();
    this.asking ??= this.request(options).finally(() => {
      this.asking = undefined;
    });
    return withinSignal(this.asking, signal);
  }

  private async request(options: { claims?: string }): Promise<AccessToken> {
    let watched: WatchedCredential | undefined;
    try {
      watched = this.watched ??= this.createCredential();
      const token = await inTime(watched.credential.getToken(this.scope, options));
      if (!token) throw new ActionError('AUTHENTICATION_FAILED', 'The credential gave no token.', { concernsConnection: true });
      this.last = token;
      return token;
    } catch (error) {
      // A certificate or token file that is replaced is read by the next credential.
      this.watched = undefined;
      throw toIdentityError(error, watched?.traffic.last ?? {});
    }
  }
}

/** getToken does not listen to a signal of ours. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tokenTimeout(ANSWER_WITHIN_MS)), ANSWER_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Whoever is aborted stops waiting; the request itself serves the others. */
function withinSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function texts({ tid, appid, oid }: Record<string, unknown>): { tid?: string; appid?: string; oid?: string } {
  return Object.fromEntries(Object.entries({ tid, appid, oid }).filter(([, value]) => typeof value === 'string'));
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
