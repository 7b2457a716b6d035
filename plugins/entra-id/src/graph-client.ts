import { AuthenticationHandler, Client, GraphError, TelemetryHandler, type GraphRequest } from '@microsoft/microsoft-graph-client';
import { isActionError } from '@countermeasure/sdk';
import type { TenantToken, TokenClaims } from './access-token.js';
import type { AppCredential } from './app-credential.js';
import { toGraphError, type GraphCall } from './graph-error.js';
import type { EntraSettings } from './settings.js';
import { Transport } from './transport.js';

export interface CallOptions extends Pick<GraphCall, 'permissions' | 'roleHint'> {
  readonly signal: AbortSignal;
  /** Sent as client-request-id, by which Microsoft's support finds the call. */
  readonly requestId?: string | undefined;
  /** Whether the token at hand is of this moment, so that a newer one would hold no more permissions. */
  readonly isTokenNew?: boolean;
}

/** What a list is asked for, as it is meant: it is encoded on its way. */
export type ListQuery = Readonly<Record<string, string>>;

/** A page as Graph answers it. */
export interface ListPage<T> {
  readonly value: readonly T[];
  /** The address of the next page. */
  readonly '@odata.nextLink'?: string;
}

type Method = GraphCall['method'] | 'DELETE';

/** Asks the search index in place of the directory itself, which knows fewer ways to look. A change takes a moment to get there. */
const FROM_INDEX = { parameters: { $count: 'true' }, headers: { ConsistencyLevel: 'eventual' } } as const;

/** Without it, values that came into an enumeration later are all told as `unknownFutureValue`. @see https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations */
const WITH_LATER_VALUES = { Prefer: 'include-unknown-enum-members' } as const;

/**
 * Microsoft Graph for one tenant. The SDK's own retries are left out: it repeats writes blindly and sleeps without an end to
 * its patience, while the engine retries by the action's rules.
 */
export class GraphClient {
  private readonly client: Client;
  private readonly token: TenantToken;

  /** What it was made for. */
  readonly connection: { readonly settings: EntraSettings; readonly app: AppCredential };

  /** Where Graph is: `https://graph.microsoft.com`. */
  readonly origin: string;

  constructor(token: TenantToken, origin: string, connection: GraphClient['connection']) {
    this.token = token;
    this.origin = origin;
    this.connection = connection;
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

  /** The first page of a list, by what Graph calls an advanced query. @see https://learn.microsoft.com/graph/aad-advanced-queries */
  async list<T>(path: string, query: ListQuery, options: CallOptions): Promise<readonly T[]> {
    const { value } = await this.page<T>(path, { ...query, ...FROM_INDEX.parameters }, FROM_INDEX.headers, options);
    return value;
  }

  /** The first page of a list, as the directory itself answers it. */
  async read<T>(path: string, query: ListQuery, options: CallOptions): Promise<readonly T[]> {
    const { value } = await this.page<T>(path, query, {}, options);
    return value;
  }

  /** Any page of a long list; a query in one text is sent as it is, since only Graph can read the one of a next page. */
  readPage<T>(path: string, query: ListQuery | string, options: CallOptions): Promise<ListPage<T>> {
    return this.page(path, query, WITH_LATER_VALUES, options);
  }

  /** What Graph answers, where it does: a change of a user is answered with nothing. */
  patch(path: string, body: object, options: CallOptions): Promise<unknown> {
    return this.send('PATCH', path, options, (request) => request.patch(body) as Promise<unknown>);
  }

  /** Adds to a collection, and answers with what was made. */
  create(path: string, body: object, options: CallOptions): Promise<unknown> {
    return this.send('POST', path, options, (request) => request.post(body) as Promise<unknown>);
  }

  async remove(path: string, options: CallOptions): Promise<void> {
    await this.send('DELETE', path, options, (request) => request.delete() as Promise<unknown>);
  }

  async post(path: string, options: CallOptions): Promise<void> {
    await this.send('POST', path, options, (request) => request.post({}) as Promise<unknown>);
  }

  /** What a token of this moment says of the app and what it was granted. All that act on the tenant use this token from then on. */
  async newClaims(signal: AbortSignal): Promise<TokenClaims> {
    await this.token.getNew(signal);
    return this.token.claims();
  }

  /** The SDK puts parameters into the address as it gets them, so they are encoded here, once; half of a surrogate pair, which nothing can encode, becomes U+FFFD. */
  private page<T>(path: string, query: ListQuery | string, headers: Readonly<Record<string, string>>, options: CallOptions): Promise<ListPage<T>> {
    const parameters = typeof query === 'string' ? query : encoded(query);
    return this.send('GET', path, options, (request) => request.headers(headers).query(parameters).get() as Promise<ListPage<T>>);
  }

  private async send<T>(method: Method, path: string, options: CallOptions, send: (request: GraphRequest) => Promise<T>): Promise<T> {
    await this.token.get(options.signal);
    try {
      return await this.sendOnce(path, options, send);
    } catch (error) {
      options.signal.throwIfAborted();
      throw isActionError(error) ? error : toGraphError(error, { ...options, method: method === 'DELETE' ? 'POST' : method, granted: this.token.roles() }); // to delete is to write
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
      if (!(error instanceof GraphError) || !(error.statusCode === 401 || (error.statusCode === 403 && !options.isTokenNew && !this.isGranted(options)))) throw error;
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

function encoded(query: ListQuery): Record<string, string> {
  return Object.fromEntries(Object.entries<string>({ ...query }).map(([name, value]) => [name, encodeURIComponent(value.toWellFormed())]));
}

/** Continuous access evaluation names the claims that the next token must hold, in base64. */
function claimsAskedBy(error: GraphError): string | undefined {
  const [, claims] = /claims="([A-Za-z0-9+/=_-]+)"/.exec(error.headers?.get('www-authenticate') ?? '') ?? [];
  return claims === undefined ? undefined : Buffer.from(claims, 'base64').toString();
}
