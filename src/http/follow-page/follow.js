import { ask, subscribe } from './api.js';
import { element, moodOf, showSection, tell } from './show.js';

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

const RUN = `query ($id: ID!) { run(id: $id) { id status dryRun reason createdAt finishedAt playbook { name } target { id displayName username }
  steps { id key status plan output verification nextAttemptAt action { title } attempts { number } error { code message remedy providerRequestId } } } }`;
const PROGRESS = 'subscription ($runId: ID!, $after: Int) { runProgress(runId: $runId, after: $after) { sequence at type message runStatus } }';

const byId = (id) => document.getElementById(id);

/** Shows a run and everything that happens in it, from the first event to the last, across cut connections. */
export async function followRun(runId) {
  await refresh(runId);
  byId('events').replaceChildren();
  showSection('run');
  let last = 0;
  let waitMs = SHORTEST_WAIT_MS;
  for (;;) {
    const how = await subscribe(PROGRESS, { runId, after: last }, ({ runProgress: event }) => {
      last = event.sequence;
      waitMs = SHORTEST_WAIT_MS;
      byId('events').append(lineOf(event));
      tell('');
      scheduleRefresh(runId);
    });
    if (how === 'complete') break;
    tell('The connection is cut. What happens meanwhile is shown as soon as it is back.');
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
  const { status } = await refresh(runId);
  tell(`The run is over: ${status}.`);
}

let refreshing;

/** Many events in a moment are one look at the run. */
function scheduleRefresh(runId) {
  refreshing ??= setTimeout(() => {
    refreshing = undefined;
    refresh(runId).catch((error) => tell(error.message));
  }, 100);
}

async function refresh(runId) {
  const { run } = await ask(RUN, { id: runId });
  if (!run) throw new Error('There is no such run. Look at the link again, or choose a run from the list of all runs.');
  document.title = `${run.status} · ${run.playbook.name} · Countermeasure`;
  byId('run-title').textContent = `${run.dryRun ? 'Dry run: ' : ''}${run.playbook.name} → ${run.target.displayName}`;
  byId('run-status').textContent = run.status;
  byId('run-status').dataset.mood = moodOf(run.status);
  byId('run-facts').textContent = factsOf(run);
  byId('steps').replaceChildren(...run.steps.map(cardOf));
  return run;
}

function factsOf({ target, reason, createdAt, finishedAt }) {
  const facts = [`Target ${target.username ?? target.id}.`, `Started ${new Date(createdAt).toLocaleString()}.`];
  if (finishedAt) facts.push(`Took ${((Date.parse(finishedAt) - Date.parse(createdAt)) / 1000).toFixed(1)} s.`);
  if (reason) facts.push(`Reason: ${reason}`);
  return facts.join(' ');
}

function cardOf({ key, status, plan, output, verification, nextAttemptAt, action, attempts, error }) {
  const title = element('h3', {}, [element('span', { text: `${action.title} (${key})` }), element('span', { text: status, className: 'state', mood: moodOf(status) })]);
  const facts = [
    attempts.length > 1 ? `Attempt ${attempts.length}.` : '',
    nextAttemptAt ? `Tried again at ${new Date(nextAttemptAt).toLocaleTimeString()}.` : '',
    verification ? `Effect: ${verification.replaceAll('_', ' ').toLowerCase()}.` : '',
  ].filter((fact) => fact !== '');
  return element('li', {}, [
    title,
    ...(plan.length > 0 ? [element('ul', {}, plan.map((text) => element('li', { text })))] : []),
    ...(facts.length > 0 ? [element('p', { text: facts.join(' '), className: 'quiet' })] : []),
    ...(output ? [element('p', { text: Object.entries(output).map(([name, value]) => `${name}: ${value}`).join(', '), className: 'quiet' })] : []),
    ...(error ? [faultOf(error)] : []),
  ]);
}

function faultOf({ code, message, remedy, providerRequestId }) {
  return element('div', { className: 'fault' }, [
    element('p', { text: `${code}: ${message}` }),
    ...(remedy ? [element('p', { text: `What to do: ${remedy}` })] : []),
    ...(providerRequestId ? [element('p', { text: `The provider's request id: ${providerRequestId}`, className: 'quiet' })] : []),
  ]);
}

function lineOf({ sequence, at, message }) {
  return element('li', {}, [
    element('span', { text: String(sequence), className: 'quiet' }),
    element('time', { text: new Date(at).toLocaleTimeString(), dateTime: at, className: 'quiet' }),
    element('span', { text: message }),
  ]);
}
