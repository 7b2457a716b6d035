import { ask, forgetKey, keepKey, keptKey, NotSignedIn } from './api.js';
import { followRun } from './follow.js';
import { element, moodOf, showSection, tell } from './show.js';

const REFRESH_EVERY_MS = 3_000;
const RUNS = '{ runs(first: 25) { nodes { id status dryRun createdAt playbook { name } target { id displayName } } } }';

const byId = (id) => document.getElementById(id);

/** What this address shows: one run, or the list of them. */
function runIdOfAddress() {
  return /^\/runs\/([^/]+)$/.exec(location.pathname)?.[1];
}

function askForKey(message) {
  showSection('sign-in');
  tell(message);
  byId('key').focus();
}

async function start() {
  if (!keptKey()) return askForKey('');
  byId('sign-out').hidden = false;
  try {
    const runId = runIdOfAddress();
    if (runId) await followRun(decodeURIComponent(runId));
    else await listRuns();
  } catch (error) {
    if (!(error instanceof NotSignedIn)) return tell(error.message);
    forgetKey();
    byId('sign-out').hidden = true;
    askForKey('This key is not valid, or not any more. Enter another one.');
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

byId('sign-out').addEventListener('click', () => {
  forgetKey();
  location.assign('/');
});

void start();
