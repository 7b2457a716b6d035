import { Store } from '../parts/store.js';
import { forgetCredential, hasEnded, keepKey, keptCredential } from './credential.js';
import { finishSignIn, isCallback, leaveToSignIn, readIdentityProvider } from './sign-in.js';

/** Whether somebody is signed in; while not, `message` says why. LEAVING: on the way to the identity provider. */
export interface SessionState {
  readonly kind: 'SIGNED_IN' | 'SIGNED_OUT' | 'LEAVING';
  readonly message: string;
}

export const session = new Store<SessionState>({ kind: 'SIGNED_OUT', message: '' });

/** What this tab begins with: the answer of an identity provider, a credential from before, or nothing. */
export async function openSession(): Promise<void> {
  if (isCallback()) {
    try {
      await finishSignIn();
    } catch (error) {
      session.set({ kind: 'SIGNED_OUT', message: messageOf(error) });
      return;
    }
  }
  session.set({ kind: keptCredential() ? 'SIGNED_IN' : 'SIGNED_OUT', message: '' });
}

export function signInByKey(key: string): void {
  keepKey(key);
  session.set({ kind: 'SIGNED_IN', message: '' });
}

/** Off to the identity provider, and back to this place. */
export async function signInByProvider(message = ''): Promise<void> {
  session.set({ kind: 'LEAVING', message });
  try {
    const provider = await readIdentityProvider();
    if (provider) return await leaveToSignIn(provider);
    session.set({ kind: 'SIGNED_OUT', message: 'Nobody signs in by an identity provider here any more. Enter an API key.' });
  } catch (error) {
    session.set({ kind: 'SIGNED_OUT', message: messageOf(error) });
  }
}

/** The service refused the credential: signs in anew when its time was simply over, and asks otherwise. Drafts are kept. */
export function refused(): void {
  if (session.get().kind !== 'SIGNED_IN') return;
  const credential = keptCredential();
  forgetCredential();
  if (credential && hasEnded(credential)) return void signInByProvider('Your sign-in has ended. You are signed in anew and come back to this place.');
  const message = credential?.isToken ? 'Your sign-in is not valid any more. Sign in again; you come back to this place.' : 'This key is not valid, or not any more. Enter another one.';
  session.set({ kind: 'SIGNED_OUT', message });
}

/** Nothing of what was shown or typed stays in the tab. */
export function signOut(): void {
  sessionStorage.clear();
  location.assign('/');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
