import type { FastifyInstance } from 'fastify';
import { IssuerUnavailable, type OidcIssuer } from '../auth/oidc-issuer.js';
import type { OidcSettings } from '../auth/oidc-settings.js';

/** How people sign in to the console. Everybody may read it, so nothing else stands in it. */
export interface SignInConfiguration {
  /** null: by API key only. */
  readonly oidc: {
    readonly issuer: string;
    readonly clientId: string;
    readonly scope: string;
    readonly authorizationEndpoint: string;
    readonly tokenEndpoint: string;
  } | null;
}

/** What the console has to know of the identity provider; null when people sign in by API key only. */
export async function signInConfiguration(issuer: OidcIssuer | undefined, settings: OidcSettings | undefined): Promise<SignInConfiguration> {
  if (!issuer || !settings?.console) return { oidc: null };
  const { authorizationEndpoint, tokenEndpoint } = await issuer.describe();
  return { oidc: { issuer: issuer.issuer, ...settings.console, authorizationEndpoint, tokenEndpoint } };
}

/** GET /sign-in/configuration. 503: there is an identity provider, but it cannot be asked now; API keys work all the same. */
export function serveSignInConfiguration(server: FastifyInstance, read: () => Promise<SignInConfiguration>): void {
  server.get('/sign-in/configuration', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof IssuerUnavailable)) throw error;
      request.log.warn({ reason: error.message }, 'The console cannot offer to sign in with the identity provider.');
      return reply.code(503).send({ problem: 'The identity provider does not answer.' });
    }
  });
}
