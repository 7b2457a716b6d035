import { createRemoteJWKSet, customFetch, jwksCache, type ExportedJWKSCache, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { z } from 'zod';
import type { Logger } from '../kernel/logger.js';
import { isTrustworthyAddress } from './oidc-settings.js';

const ANSWER_WITHIN_MS = 5_000;

/** Older than this, keys and addresses are asked for again; when that fails, the ones from before still count for a while. */
const REFRESH_AFTER_MS = 10 * 60_000;
const KEYS_COUNT_FOR_MS = 24 * 60 * 60_000;
const TRY_AGAIN_AFTER_MS = 60_000;

/** Tokens with made-up keys, or an issuer that is away, must not make us ask without end. */
const QUESTIONS = { atMost: 3, inMs: 15_000 };

const address = z.string().refine(isTrustworthyAddress, { error: 'not an https:// address' });
const METADATA = z.object({ issuer: z.string(), jwks_uri: address, authorization_endpoint: address, token_endpoint: address });

/** What the issuer says of itself. */
export interface IssuerMetadata {
  readonly keysUrl: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

/** The issuer could not be asked, or its answer is of no use: nothing that anybody showed to us is wrong. */
export class IssuerUnavailable extends Error {}

/** The identity provider: its addresses and keys, found when they are first needed and kept up to date. */
export class OidcIssuer {
  private metadata: { readonly found: IssuerMetadata; readonly at: number } | undefined;
  private discovery: Promise<IssuerMetadata> | undefined;
  private keys: { readonly url: string; readonly set: RemoteJWKSet; readonly cache: Partial<ExportedJWKSCache> } | undefined;
  private refreshKeysAfter = 0;
  private readonly askedForMetadata = new Allowance(QUESTIONS.atMost, QUESTIONS.inMs);
  private readonly askedForKeys = new Allowance(QUESTIONS.atMost, QUESTIONS.inMs);

  constructor(
    readonly issuer: string,
    private readonly logger: Logger,
  ) {}

  /** From its discovery document. */
  async describe(): Promise<IssuerMetadata> {
    const known = this.metadata;
    if (known && Date.now() - known.at < REFRESH_AFTER_MS) return known.found;
    this.discovery ??= this.discover().finally(() => (this.discovery = undefined));
    if (!known) return this.discovery;
    return this.discovery.catch((error: unknown) => {
      this.warn(error);
      this.metadata = { found: known.found, at: Date.now() - REFRESH_AFTER_MS + TRY_AGAIN_AFTER_MS };
      return known.found;
    });
  }

  /** The key that a token was signed with, if it is one of the issuer's. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    const { set, cache } = await this.currentKeys();
    const age = Date.now() - (cache.uat ?? 0);
    if (cache.uat !== undefined && age > REFRESH_AFTER_MS && Date.now() > this.refreshKeysAfter) {
      await set.reload().catch((error: unknown) => {
        this.warn(error);
        this.refreshKeysAfter = Date.now() + TRY_AGAIN_AFTER_MS;
      });
    }
    if (cache.uat !== undefined && Date.now() - cache.uat > KEYS_COUNT_FOR_MS) throw new IssuerUnavailable('The issuer\'s keys are too old to be believed, and it gives no newer ones.');
    return set(header, token);
  };

  /** Looks whether its addresses and keys can be had. */
  async check(): Promise<void> {
    const { set } = await this.currentKeys();
    await set.reload();
  }

  private async currentKeys() {
    const { keysUrl } = await this.describe();
    if (this.keys?.url !== keysUrl) {
      const cache: Partial<ExportedJWKSCache> = {};
      // How often it may ask and how old keys may be is decided here, not by its own limits: those forget failures.
      const options = { timeoutDuration: ANSWER_WITHIN_MS, cooldownDuration: 0, cacheMaxAge: Infinity, [jwksCache]: cache as ExportedJWKSCache, [customFetch]: (url: string, init: RequestInit) => this.fetchKeys(url, init) };
      this.keys = { url: keysUrl, set: createRemoteJWKSet(new URL(keysUrl), options), cache };
    }
    return this.keys;
  }

  private async fetchKeys(url: string, init: RequestInit): Promise<Response> {
    if (!this.askedForKeys.take()) throw new IssuerUnavailable('The issuer was asked for its keys a moment ago.');
    return fetch(url, init).catch((error: unknown) => {
      throw new IssuerUnavailable(`The issuer's keys cannot be fetched from ${url}: ${reasonOf(error)}`);
    });
  }

  private async discover(): Promise<IssuerMetadata> {
    if (!this.askedForMetadata.take()) throw new IssuerUnavailable('The issuer was asked for its addresses a moment ago.');
    const url = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer: unknown = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error(`it answered ${response.status}`))))
      .catch((error: unknown) => {
        throw new IssuerUnavailable(`The issuer cannot be asked at ${url}: ${reasonOf(error)}`);
      });
    const { data, error } = METADATA.safeParse(answer);
    if (!data) throw new IssuerUnavailable(`${url} is not what OpenID Connect Discovery asks for: ${error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join(', ')}`);
    if (data.issuer !== this.issuer) throw new IssuerUnavailable(`${url} speaks of the issuer ${data.issuer}, but OIDC_ISSUER is ${this.issuer}: they must be the same, to the letter.`);
    const found = { keysUrl: data.jwks_uri, authorizationEndpoint: data.authorization_endpoint, tokenEndpoint: data.token_endpoint };
    this.metadata = { found, at: Date.now() };
    return found;
  }

  private warn(error: unknown): void {
    this.logger.warn({ issuer: this.issuer, reason: reasonOf(error) }, 'The identity provider could not be asked again; what it said before still counts.');
  }
}

/** So many in so much time. */
class Allowance {
  private taken: number[] = [];

  constructor(
    private readonly atMost: number,
    private readonly inMs: number,
  ) {}

  take(): boolean {
    const now = Date.now();
    this.taken = this.taken.filter((at) => now - at < this.inMs);
    if (this.taken.length >= this.atMost) return false;
    this.taken.push(now);
    return true;
  }
}

/** fetch() says only that it failed; why stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
