const KEY = 'countermeasure-credential';

/**
 * What the tab shows to the service: an API key, or a token with the time when it ends. It lives in this tab's
 * sessionStorage, is gone with the tab, and reaches nobody but the service: the page's policy lets no other script in.
 */
export const keptCredential = () => JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
export const keepKey = (key) => keep({ text: key });
export const keepToken = (token, lifetimeSeconds) => keep({ text: token, isToken: true, ...(lifetimeSeconds > 0 && { endsAt: Date.now() + lifetimeSeconds * 1000 }) });
export const forgetCredential = () => sessionStorage.removeItem(KEY);

export const authorization = () => `Bearer ${keptCredential()?.text}`;

/** Whether it was good once and its time is over, so that signing in anew will mend it. */
export const hasEnded = ({ isToken, endsAt }) => isToken === true && endsAt !== undefined && Date.now() >= endsAt - 5000;

function keep(credential) {
  sessionStorage.setItem(KEY, JSON.stringify(credential));
}
