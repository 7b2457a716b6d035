import { AuthenticationHandler, Client, GraphError, TelemetryHandler, type GraphRequest } from '@microsoft/microsoft-graph-client';
import { isActionError } from '@countermeasure/sdk';
import type { TenantToken } from './access-token.js';
import { toGraphError, type GraphCall } from './graph-error.js';
import { Transport } from './transport.js';

export interface CallOptions extends Pick<GraphCall, 'permissions' | 'roleHint'> {
  readonly signal: AbortSignal;
  /** Sent as client-request-id, by which Microsoft's support finds the call. */
  readonly requestId?: string | undefined;
}

/**
 * Microsoft Graph for one tenant. The SDK's own retries are left out: it repeats writes blindly and sleeps without an end to
 * its patience, while the engine retries by the action's rules.
 */
export class GraphClient {
  private readonly client: Client;
  private readonly token: TenantToken;

  constructor(token: TenantToken, origin: string) {
    this.token = token;
    const authentication = new AuthenticationHandler({ getAccessToken: () => Promise.resolve(token.current) });
    this.client = Client.initWithMiddleware({
      baseUrl: `${origin}/`,
      // Only hosts named here get the token; the SDK compares them without the port.
      customHosts: new Set([new URL(origin).hostname]),
      middleware: [authentication, new TelemetryHandler(), new Transport()],
    });
  }

  get<T>(path: string, select: readonly string[], options: CallOptions): Promise<T> {
    return this.send('GET', path, options, (request) => request.select([...select]).get() as Promise<T>);
  }

  async patch(path: string, body: object, options: CallOptions): Promise<void> {
    await this.send('PATCH', path, options, (request) => request.patch(body) as Promise<unknown>);
  }

  async post(path: string, options: CallOptions): Promise<void> {
    await this.send('POST', path, options, (request) => request.post({}) as Promise<unknown>);
  }

  /** The application permissions that the tenant has granted, as a token of this moment says. */
  async granted(signal: AbortSignal): Promise<readonly string[]> {
    await this.token.get(signal);
    return this.token.roles();
  }

  private async send<T>(method: GraphCall['method'], path: string, options: CallOptions, send: (request: GraphRequest) => Promise<T>): Promise<T> {
    await this.token.get(options.signal);
    try {
      return await this.sendOnce(path, options, send);
    } catch (error) {
      options.signal.throwIfAborted();
      throw isActionError(error) ? error : toGraphError(error, { ...options, method, granted: this.token.roles() });
    }
  }

  /**
   * A refused call is made again once where a newer token can change the answer: it may have been revoked before its time,
   * lack claims that a policy now asks for, or be older than the permission that an administrator has just granted.
   */
  private async sendOnce<T>(path: string, options: CallOptions, send: (request: GraphRequest) => Promise<T>): Promise<T> {
    const used = this.token.current;
    try {
      return await send(this.request(path, options));
    } catch (error) {
      if (!(error instanceof GraphError) || !(error.statusCode === 401 || (error.statusCode === 403 && !this.isGranted(options)))) throw error;
      await this.token.renew(used, options.signal, claimsAskedBy(error));
      if (error.statusCode === 403 && !this.isGranted(options)) throw error;
      return await send(this.request(path, options));
    }
  }

  private isGranted({ permissions }: CallOptions): boolean {
    const granted = this.token.roles();
    return permissions.some((permission) => granted.includes(permission));
  }

  private request(path: string, { signal, requestId }: CallOptions): GraphRequest {
    const request = this.client.api(path).options({ signal });
    return requestId === undefined ? request : request.header('client-request-id', requestId);
  }
}

/** Continuous access evaluation names the claims that the next token must hold, in base64. */
function claimsAskedBy(error: GraphError): string | undefined {
  const [, claims] = /claims="([A-Za-z0-9+/=_-]+)"/.exec(error.headers?.get('www-authenticate') ?? '') ?? [];
  return claims === undefined ? undefined : Buffer.from(claims, 'base64').toString();
}
