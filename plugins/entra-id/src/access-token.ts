import type { AccessToken, TokenCredential } from '@azure/identity';
import { toIdentityError } from './identity-error.js';

/**
 * The token of one tenant, shared by everything that acts on it: however many ask at once, Microsoft is asked once.
 * MSAL keeps a token until five minutes before its end, but asks anew for each of many callers that come at the same time.
 */
export class TenantToken {
  private asking: Promise<AccessToken> | undefined;
  private last: AccessToken | undefined;

  private readonly createCredential: () => TokenCredential;
  private readonly scope: string;
  private credential: TokenCredential;

  constructor(createCredential: () => TokenCredential, scope: string) {
    this.createCredential = createCredential;
    this.scope = scope;
    this.credential = createCredential();
  }

  async get(signal: AbortSignal): Promise<string> {
    const { token } = await this.ask(signal, {});
    return token;
  }

  /**
   * After a 401: a new token in place of the one that was refused, unless somebody has renewed it meanwhile. A credential
   * keeps its tokens to itself, so a new one has none. `claims` is what the refusal asked the new token to hold.
   */
  async renew(refused: string, signal: AbortSignal, claims: string | undefined): Promise<string> {
    if (this.current === refused && this.asking === undefined) this.credential = this.createCredential();
    const { token } = await this.ask(signal, claims === undefined ? {} : { claims });
    return token;
  }

  /** The token that was got last; empty before the first. */
  get current(): string {
    return this.last?.token ?? '';
  }

  /** The app roles, which are the granted application permissions, that the last token holds. Read, not trusted: only Graph can validate its tokens. */
  roles(): readonly string[] {
    const [, payload = ''] = this.current.split('.');
    try {
      const { roles } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { roles?: unknown };
      return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
    } catch {
      return []; // not a JWT: Microsoft may change the form of its tokens any day, and nothing else depends on it
    }
  }

  private async ask(signal: AbortSignal, options: { claims?: string }): Promise<AccessToken> {
    signal.throwIfAborted();
    this.asking ??= this.request(options).finally(() => {
      this.asking = undefined;
    });
    return withinSignal(this.asking, signal);
  }

  private async request(options: { claims?: string }): Promise<AccessToken> {
    try {
      const token = await this.credential.getToken(this.scope, options);
      if (!token) throw new Error('The credential gave no token.');
      this.last = token;
      return token;
    } catch (error) {
      throw toIdentityError(error);
    }
  }
}

/** getToken does not listen to a signal of ours, so whoever is aborted stops waiting; the request itself serves the others. */
function withinSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
