const KEY = 'countermeasure-credential';

/** What the tab shows to the service: an API key, or a token with the time when it ends. */
export interface Credential {
  readonly text: string;
  readonly isToken?: boolean;
  readonly endsAt?: number;
}

/**
 * It lives in this tab's sessionStorage, is gone with the tab, and reaches nobody but the service: the page's policy lets
 * no other script in.
 */
export const keptCredential = (): Credential | null => JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Credential | null;
export const keepKey = (key: string): void => keep({ text: key });
export const keepToken = (token: string, lifetimeSeconds: number): void => keep({ text: token, isToken: true, ...(lifetimeSeconds > 0 && { endsAt: Date.now() + lifetimeSeconds * 1000 }) });
export const forgetCredential = (): void => sessionStorage.removeItem(KEY);

export const authorization = (): string => `Bearer ${keptCredential()?.text ?? ''}`;

/** Whether it was good once and its time is over, so that signing in anew will mend it. */
export const hasEnded = ({ isToken, endsAt }: Credential): boolean => isToken === true && endsAt !== undefined && Date.now() >= endsAt - 5000;

function keep(credential: Credential): void {
  sessionStorage.setItem(KEY, JSON.stringify(credential));
}
