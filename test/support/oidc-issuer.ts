import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload } from 'jose';

export const AUDIENCE = 'api://countermeasure';
export const CLIENT_ID = 'console';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: Keys['privateKey'];
  readonly publicKey: Keys['publicKey'];
  readonly jwk: JWK;
}

interface Grant {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirectUri: string;
}

/** An identity provider of a test's own, over HTTP on this machine: discovery, keys, and the authorization code flow with PKCE. */
export class TestIssuer implements AsyncDisposable {
  /** What is asked of it, in order: its paths. */
  readonly asked: string[] = [];
  /** What it says of itself beside the truth. */
  metadata: Record<string, unknown> = {};
  /** Whoever sits before the browser. */
  person: JWTPayload = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@contoso.example', roles: ['RESPONDER'] };
  /** What the id token says instead of the truth. */
  idToken: JWTPayload = {};
  tokenLifetimeSeconds = 3_600;
  private keys: SigningKey[] = [];
  private readonly grants = new Map<string, Grant>();

  private constructor(
    private server: Server,
    private readonly port: number,
  ) {}

  static async start(): Promise<TestIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new TestIssuer(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => void issuer.answer(request, response));
    await issuer.rotate();
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/tenant`;
  }

  /** Signs with another key from now on; the ones before are published no more. */
  async rotate(alg = 'RS256'): Promise<SigningKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const kid = randomUUID();
    const key = { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
    this.keys = [key];
    return key;
  }

  async publicKeyAsText(): Promise<string> {
    return exportSPKI(this.key.publicKey);
  }

  get key(): SigningKey {
    const [key] = this.keys;
    if (!key) throw new Error('The issuer has no key.');
    return key;
  }

  /** A token for the API; `claims` of undefined leave one out. */
  async token(claims: JWTPayload = {}, header: { kid?: string | undefined; typ?: string } = {}, key: SigningKey = this.key): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const payload = { iss: this.url, aud: AUDIENCE, iat: now, nbf: now, exp: now + this.tokenLifetimeSeconds, ...this.person, ...claims };
    return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload).setProtectedHeader(JSON.parse(JSON.stringify({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })) as { alg: string }).sign(key.privateKey);
  }

  /** Not there, until it comes back. */
  async leave(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async comeBack(): Promise<void> {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.server.listening) await this.leave();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    this.asked.push(pathname);
    const json = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' }).end(JSON.stringify(body));
    if (pathname === '/tenant/.well-known/openid-configuration') return json(200, { issuer: this.url, jwks_uri: `${this.url}/keys`, authorization_endpoint: `${this.url}/authorize`, token_endpoint: `${this.url}/token`, ...this.metadata });
    if (pathname === '/tenant/keys') return json(200, { keys: this.keys.map(({ jwk }) => jwk) });
    if (pathname === '/tenant/authorize') return this.authorize(searchParams, response);
    if (pathname === '/tenant/token') {
      const body = new URLSearchParams(await textOf(request));
      const tokens = await this.exchange(body);
      return tokens ? json(200, tokens) : json(400, { error: 'invalid_grant', error_description: 'The code does not count.' });
    }
    return json(404, { error: 'not_found' });
  }

  /** Whoever sits there is signed in already, as with a session of the provider's. */
  private authorize(parameters: URLSearchParams, response: ServerResponse): void {
    const redirectUri = parameters.get('redirect_uri') ?? '';
    const isRight = parameters.get('response_type') === 'code' && parameters.get('client_id') === CLIENT_ID && parameters.get('code_challenge_method') === 'S256' && parameters.get('scope')?.split(' ').includes('openid') === true;
    if (!isRight) return void response.writeHead(400).end('A wrong request.');
    const code = randomUUID();
    this.grants.set(code, { challenge: parameters.get('code_challenge') ?? '', nonce: parameters.get('nonce') ?? '', redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', parameters.get('state') ?? '');
    back.searchParams.set('iss', this.url);
    response.writeHead(302, { location: back.href }).end();
  }

  /** A code counts once, for whoever has the verifier of its challenge. */
  private async exchange(body: URLSearchParams): Promise<object | undefined> {
    const code = body.get('code') ?? '';
    const grant = this.grants.get(code);
    this.grants.delete(code);
    const challenge = createHash('sha256').update(body.get('code_verifier') ?? '').digest('base64url');
    if (!grant || body.get('grant_type') !== 'authorization_code' || challenge !== grant.challenge || body.get('redirect_uri') !== grant.redirectUri || body.get('client_id') !== CLIENT_ID) return undefined;
    const { sub } = this.person;
    return {
      token_type: 'Bearer',
      expires_in: this.tokenLifetimeSeconds,
      access_token: await this.token(),
      id_token: await this.token({ aud: CLIENT_ID, sub, nonce: grant.nonce, ...this.idToken }),
    };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
