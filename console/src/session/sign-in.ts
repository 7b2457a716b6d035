import { keepToken } from './credential.js';

const PENDING = 'countermeasure-sign-in';
const CALLBACK = '/sign-in/callback';

export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

/** A sign-in that was begun in this tab. */
interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly place: string;
}

interface Tokens {
  readonly id_token?: unknown;
  readonly access_token?: unknown;
  readonly expires_in?: unknown;
  readonly error?: string;
  readonly error_description?: string;
}

export const isCallback = (): boolean => location.pathname === CALLBACK;

/** How one signs in here; null: by API key only. */
export async function readIdentityProvider(): Promise<IdentityProvider | null> {
  const response = await fetch('/sign-in/configuration').catch(() => {
    throw new Error('The service does not answer. Try again in a moment.');
  });
  const { oidc, problem } = (await response.json()) as { oidc: IdentityProvider | null; problem?: string };
  if (!response.ok) throw new Error(`${problem ?? 'How to sign in could not be found out.'} Try again in a moment; an API key works all the same.`);
  return oidc;
}

/** Leaves for the identity provider; afterwards the tab is back at the place where it is now. */
export async function leaveToSignIn({ authorizationEndpoint, clientId, scope }: IdentityProvider): Promise<void> {
  if (!isSecureContext) throw new Error('Signing in needs an https address, or one of this machine: this page was opened by another one.');
  const pending: Pending = { state: random(), nonce: random(), verifier: random(), place: isCallback() ? '/' : location.pathname + location.search };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier))));
  const address = new URL(authorizationEndpoint);
  const parameters = { response_type: 'code', client_id: clientId, redirect_uri: location.origin + CALLBACK, scope, state: pending.state, nonce: pending.nonce, code_challenge: challenge, code_challenge_method: 'S256' };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  location.assign(address);
}

/** Back from the identity provider: exchanges the code for a token and keeps it. The address is that of the place again. */
export async function finishSignIn(): Promise<void> {
  const answer = new URLSearchParams(location.search);
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? 'null') as Pending | null;
  // What was pending counts once, and the code stands in no history from here on.
  sessionStorage.removeItem(PENDING);
  const isOurs = pending !== null && answer.get('state') === pending.state;
  history.replaceState(null, '', isOurs ? pending.place : '/');
  if (!isOurs) throw new Error('This answer belongs to no sign-in that was begun in this tab. Sign in again.');
  const provider = await readIdentityProvider();
  const code = codeOf(answer, provider);
  if (!provider || !code) throw new Error('The identity provider sent no code. Sign in again.');
  const tokens = await exchange(provider, code, pending.verifier);
  if (!isOfThisSignIn(claimsOf(tokens.id_token), provider, pending)) throw new Error('The token belongs to another sign-in. Sign in again.');
  if (typeof tokens.access_token !== 'string') throw new Error('The identity provider gave no token for the API.');
  keepToken(tokens.access_token, Number(tokens.expires_in ?? 0));
}

function codeOf(answer: URLSearchParams, provider: IdentityProvider | null): string | null {
  if (answer.has('error')) throw new Error(`The identity provider refused: ${answer.get('error_description') ?? answer.get('error')}`);
  if (answer.has('iss') && answer.get('iss') !== provider?.issuer) throw new Error('The answer came from another identity provider. Sign in again.');
  return answer.get('code');
}

async function exchange({ tokenEndpoint, clientId }: IdentityProvider, code: string, verifier: string): Promise<Tokens> {
  const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: location.origin + CALLBACK, code_verifier: verifier });
  const response = await fetch(tokenEndpoint, { method: 'POST', body, credentials: 'omit' }).catch(() => {
    throw new Error('The identity provider cannot be reached from this browser. Is this page registered there as a single-page application?');
  });
  const tokens = (await response.json().catch(() => ({}))) as Tokens;
  if (!response.ok) throw new Error(`The identity provider gave no token: ${tokens.error_description ?? tokens.error ?? response.status}`);
  return tokens;
}

interface Claims {
  readonly nonce?: unknown;
  readonly aud?: unknown;
  readonly iss?: unknown;
}

const isOfThisSignIn = ({ nonce, aud, iss }: Claims, { issuer, clientId }: IdentityProvider, pending: Pending): boolean => nonce === pending.nonce && iss === issuer && [aud].flat().includes(clientId);

/** It came straight from the token endpoint by TLS, so its claims are believed; the service checks the other token's signature. */
function claimsOf(token: unknown): Claims {
  try {
    const [, payload = ''] = String(token).split('.');
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    throw new Error('The identity provider gave no readable id token.');
  }
}

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
