/** The moment at which a process is ended, as the module that is loaded into it (crash.ts) can see it. */
export type Moment =
  /** A statement: before it is sent, or after the database has carried it out and before the process hears of it. */
  | { readonly statement: RegExp; readonly when: 'BEFORE' | 'AFTER' }
  /** The commit of a transaction in which such a statement was. `events`: of the run events that it writes, one is of this type. */
  | { readonly commitOf: RegExp; readonly events?: RegExp; readonly when: 'BEFORE' | 'AFTER' }
  /** A call to the provider: before it is sent, or after its answer has come and before anybody has read it. */
  | { readonly call: RegExp; readonly when: 'BEFORE' | 'AFTER' };

export interface CrashPoint {
  readonly name: string;
  /** What has happened and what has not when the process ends. */
  readonly what: string;
  readonly role: 'api' | 'worker';
  /** The process is told to stop as soon as the point is armed, so that it is ended in the middle of that. */
  readonly whileStopping?: true;
  readonly moment: Moment;
}

const NEW_RUN = /^insert into "run" \(/;
const TRANSITION = /^\s*with changed_step as/;
const ACTING = /^(PATCH|POST) .*\/users\//;

/** Each point of a run's life at which a process can die and something could be lost or done twice. */
export const CRASH_POINTS: readonly CrashPoint[] = [
  { name: 'run-accepted-before-commit', what: 'The run is written, but not committed; its caller gets no answer.', role: 'api', moment: { commitOf: NEW_RUN, when: 'BEFORE' } },
  { name: 'run-accepted-after-commit', what: 'The run is committed; its caller gets no answer and asks again with the same key.', role: 'api', moment: { commitOf: NEW_RUN, when: 'AFTER' } },
  { name: 'event-stored-before-commit', what: 'Events are written, but not committed.', role: 'api', moment: { commitOf: /^insert into event /, when: 'BEFORE' } },
  { name: 'event-stored-after-commit', what: 'Events are committed; their sender gets no answer and sends them again.', role: 'api', moment: { commitOf: /^insert into event /, when: 'AFTER' } },
  { name: 'firing-before-commit', what: 'A trigger has started its runs, but nothing is committed.', role: 'worker', moment: { commitOf: /^INSERT INTO "trigger_firing"/, when: 'BEFORE' } },
  { name: 'firing-after-commit', what: 'Firings and runs are committed; the job for the event is not done.', role: 'worker', moment: { commitOf: /^INSERT INTO "trigger_firing"/, when: 'AFTER' } },
  { name: 'claim-before-commit', what: 'A step is claimed, but not committed.', role: 'worker', moment: { commitOf: TRANSITION, events: /STEP_STARTED/, when: 'BEFORE' } },
  { name: 'claim-after-commit', what: 'A step is claimed; nothing of it has begun.', role: 'worker', moment: { commitOf: TRANSITION, events: /STEP_STARTED/, when: 'AFTER' } },
  { name: 'plan', what: 'The user is being looked at, for the plan or right before the change.', role: 'worker', moment: { call: /^GET .*\/users\/.*accountEnabled,onPremisesSyncEnabled/, when: 'AFTER' } },
  { name: 'before-the-call', what: 'The attempt is open and the gate has let it through; the provider has not been called.', role: 'worker', moment: { call: ACTING, when: 'BEFORE' } },
  { name: 'after-the-call', what: 'The provider has done it; nobody has read its answer.', role: 'worker', moment: { call: ACTING, when: 'AFTER' } },
  { name: 'acted-before-commit', what: 'The answer has been read; that the step has acted is not committed.', role: 'worker', moment: { commitOf: TRANSITION, events: /STEP_VERIFYING/, when: 'BEFORE' } },
  { name: 'acted-after-commit', what: 'That the step has acted is committed; its effect has not been looked for.', role: 'worker', moment: { commitOf: TRANSITION, events: /STEP_VERIFYING/, when: 'AFTER' } },
  { name: 'verify', what: 'The effect of the step is being looked for.', role: 'worker', moment: { call: /^GET .*\/users\/[^?]*\?%24select=accountEnabled$|^GET .*\/users\/[^?]*\?\$select=accountEnabled$/, when: 'AFTER' } },
  { name: 'outcome-before-commit', what: 'The step is done and the next one is claimed, but nothing of it is committed.', role: 'worker', moment: { commitOf: TRANSITION, events: /STEP_SUCCEEDED/, when: 'BEFORE' } },
  { name: 'outcome-after-commit', what: 'The step is done and the next one is claimed; its followers have not been told.', role: 'worker', moment: { commitOf: TRANSITION, events: /STEP_SUCCEEDED/, when: 'AFTER' } },
  { name: 'run-over-after-commit', what: 'The run is over; the job that carried it on is not done.', role: 'worker', moment: { commitOf: TRANSITION, events: /RUN_SUCCEEDED|RUN_FAILED/, when: 'AFTER' } },
  { name: 'approval-asked-before-commit', what: 'The plan is made and an approval asked for, but nothing of it is committed.', role: 'worker', moment: { commitOf: TRANSITION, events: /APPROVAL_REQUESTED/, when: 'BEFORE' } },
  { name: 'approval-asked-after-commit', what: 'An approval is asked for; no notice is sent.', role: 'worker', moment: { commitOf: TRANSITION, events: /APPROVAL_REQUESTED/, when: 'AFTER' } },
  { name: 'notice-sent', what: 'A notice is sent; that it was is not committed.', role: 'worker', moment: { commitOf: /^UPDATE "approval_notification"/, when: 'BEFORE' } },
  { name: 'decision-before-commit', what: 'A decision is written, but not committed.', role: 'api', moment: { commitOf: /^INSERT INTO "approval_decision"/, when: 'BEFORE' } },
  { name: 'decision-after-commit', what: 'A decision is committed; whoever decided gets no answer.', role: 'api', moment: { commitOf: /^INSERT INTO "approval_decision"/, when: 'AFTER' } },
  { name: 'job-done-before', what: 'The work of a job is done; the job is still there.', role: 'worker', moment: { statement: /^delete from "?graphile_worker"?\._private_jobs/, when: 'BEFORE' } },
  { name: 'job-done-after', what: 'The job is gone; its worker does not know.', role: 'worker', moment: { statement: /^delete from "?graphile_worker"?\._private_jobs/, when: 'AFTER' } },
  { name: 'stopping-with-work', what: 'The worker was told to stop and is handing over what it has.', role: 'worker', whileStopping: true, moment: { commitOf: TRANSITION, when: 'BEFORE' } },
  { name: 'stopping-before-it-leaves', what: 'The worker was told to stop, and has not signed off.', role: 'worker', whileStopping: true, moment: { statement: /^delete from worker_process/, when: 'BEFORE' } },
];

export function crashPoint(name: string): CrashPoint {
  const found = CRASH_POINTS.find((point) => point.name === name);
  if (!found) throw new Error(`There is no crash point ${name}.`);
  return found;
}

/** What a process under test is told: to end itself when it comes to a point for the `nth` time from now. */
export interface CrashOrder {
  readonly point: string;
  readonly nth: number;
}

/** What a process says right before it ends at a point, with the point's name behind it. */
export const REACHED = 'It ends at the crash point ';
