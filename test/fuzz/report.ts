import { ROOT_FIELDS } from './documents.ts';
import type { FuzzOptions, FuzzReport } from './run-fuzz.ts';

/** What memory may grow by between the first third and the end: caches that fill, not requests that stay. */
const HEAP_MAY_GROW_BY = 40 * 2 ** 20;
/** A keep-alive connection, the database's pool and what the engine waits for come and go. */
const TIMERS_MAY_GROW_BY = 20;
const SOCKETS_MAY_GROW_BY = 40;
/** The pool, the engine's own sessions, and those that listen. */
const MOST_SESSIONS = 40;

/** All that a run of the fuzz has found, a sentence each; none when the service holds. */
export function faultsOfReport({ faults, complaints, early, late, sessions }: FuzzReport): string[] {
  const found = faults.map(({ what, index, times }) => `Request ${index} (and ${times - 1} more): ${what}`);
  found.push(...logged(complaints));
  if (late.heapBytes - early.heapBytes > HEAP_MAY_GROW_BY) found.push(`Memory has grown by ${mebibytes(late.heapBytes - early.heapBytes)}.`);
  if (late.timers - early.timers > TIMERS_MAY_GROW_BY) found.push(`${late.timers - early.timers} timers are left.`);
  if (late.sockets - early.sockets > SOCKETS_MAY_GROW_BY) found.push(`${late.sockets - early.sockets} sockets are left.`);
  if (sessions.inTransaction > 0) found.push(`${sessions.inTransaction} transactions were never ended.`);
  if (sessions.all > MOST_SESSIONS) found.push(`There are ${sessions.all} sessions at the database.`);
  return found;
}

/** The report as people read it, with how to see each fault again. */
export function tell(report: FuzzReport, { requests, seed }: FuzzOptions): string {
  const { sent, answers, answered, early, late, sessions, slowest, faults } = report;
  const counts = [...answers].sort(([, one], [, other]) => other - one).map(([kind, count]) => `  ${count.toString().padStart(6)} ${kind}`);
  const again = faults.map(({ index, what, attempt }) => `${what}\n  npm run fuzz -- --requests ${requests} --seed ${seed} --only ${index}\n  ${JSON.stringify(attempt).slice(0, 800)}`);
  return [
    `${sent} requests were sent; the slowest, ${slowest.index}, took ${Math.round(slowest.ms)} ms.`,
    ...counts,
    `Heap ${mebibytes(early.heapBytes)} after the first third, ${mebibytes(late.heapBytes)} at the end; ${late.operations} operations, ${late.sockets} sockets (${early.sockets}) and ${late.timers} timers (${early.timers}) open; ${sessions.all} sessions at the database, ${sessions.inTransaction} of them in a transaction.`,
    `Answered with data: ${ROOT_FIELDS.map((field) => `${field} ${answered.get(field) ?? 0}`).join(', ')}.`,
    ...again,
    ...faultsOfReport(report),
  ].join('\n');
}

/** Each kind of complaint once, with how often it came. */
function logged(complaints: string): string[] {
  const counts = new Map<string, number>();
  for (const line of complaints.split('\n').filter((text) => text !== '')) {
    const what = gist(line);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, times]) => `The service has logged (${times} times) ${what}`);
}

/** The sentence, the error and where it was thrown, without what differs from one time to the next. */
function gist(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string; stack?: string } };
    const places = [...(err?.stack ?? '').matchAll(/\/(?:src|node_modules)\/\S+:\d+/g)].map(([place]) => place.replace(/^.*\/(src|node_modules)\//, '$1/')).slice(0, 4);
    return `${msg} ${err?.message?.slice(0, 200).replace(/(got invalid value).*/s, '$1').replace(/\d{3,}|[0-9a-hjkmnp-tv-z]{26}/g, '…')} ${places.join(' ')}`;
  } catch {
    return line.slice(0, 300); // no line of the log: what the process has said at its end
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
