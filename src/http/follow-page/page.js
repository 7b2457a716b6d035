import { ask, NotSignedIn } from './api.js';
import { forgetCredential, hasEnded, keepKey, keptCredential } from './credential.js';
import { followRun } from './follow.js';
import { element, moodOf, showSection, tell } from './show.js';
import { finishSignIn, isCallback, leaveToSignIn, readIdentityProvider } from './sign-in.js';

const REFRESH_EVERY_MS = 3_000;
const RUNS = '{ runs(first: 25) { nodes { id status dryRun createdAt playbook { name } target { id displayName } } } }';

const byId = (id) => document.getElementById(id);

/** What this address shows: one run, or the list of them. */
function runIdOfAddress() {
  return /^\/runs\/([^/]+)$/.exec(location.pathname)?.[1];
}

/** Asks whoever looks to sign in, by the ways that there are. */
async function askToSignIn(message) {
  byId('sign-out').hidden = true;
  showSection('sign-in');
  tell(message);
  byId('key').focus();
  try {
    byId('identity-provider').hidden = (await readIdentityProvider()) === null;
  } catch (error) {
    tell(`${message} ${error.message}`.trim());
  }
}

/** Off to the identity provider, and back to this place. */
async function signInAnew(message) {
  tell(message);
  try {
    const provider = await readIdentityProvider();
    if (!provider) return askToSignIn('Nobody signs in by an identity provider here any more. Enter an API key.');
    await leaveToSignIn(provider);
  } catch (error) {
    await askToSignIn(error.message);
  }
}

async function start() {
  if (isCallback()) return finishSignIn().then(() => location.reload(), (error) => askToSignIn(error.message));
  if (!keptCredential()) return askToSignIn('');
  byId('sign-out').hidden = false;
  try {
    const runId = runIdOfAddress();
    if (runId) await followRun(decodeURIComponent(runId));
    else await listRuns();
  } catch (error) {
    if (!(error instanceof NotSignedIn)) return tell(error.message);
    const refused = keptCredential();
    forgetCredential();
    if (refused && hasEnded(refused)) return signInAnew('Your sign-in has ended. You are signed in anew and come back to this place.');
    await askToSignIn(refused?.isToken ? 'Your sign-in is not valid any more. Sign in again; you come back to this place.' : 'This key is not valid, or not any more. Enter another one.');
  }
}

async function listRuns() {
  showSection('runs');
  for (;;) {
    if (!document.hidden) showRuns((await ask(RUNS)).runs.nodes);
    await new Promise((resolve) => setTimeout(resolve, REFRESH_EVERY_MS));
  }
}

function showRuns(runs) {
  byId('no-runs').hidden = runs.length > 0;
  byId('run-rows').replaceChildren(...runs.map(rowOf));
}

function rowOf({ id, status, dryRun, createdAt, playbook, target }) {
  const link = element('a', { text: playbook.name, href: `/runs/${encodeURIComponent(id)}` });
  return element('tr', {}, [
    element('td', {}, [element('span', { text: status, className: 'state', mood: moodOf(status) })]),
    element('td', {}, [link, ...(dryRun ? [element('span', { text: ' (dry run)' })] : [])]),
    element('td', { text: target.displayName }),
    element('td', { text: new Date(createdAt).toLocaleString() }),
  ]);
}

byId('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault();
  keepKey(byId('key').value.trim());
  byId('key').value = '';
  tell('');
  void start();
});

byId('sign-in-button').addEventListener('click', () => void signInAnew(''));

byId('sign-out').addEventListener('click', () => {
  forgetCredential();
  location.assign('/');
});

void start();
