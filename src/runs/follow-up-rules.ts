import { DomainError } from '../kernel/errors.js';
import { isRunFinal } from './run.machine.js';
import type { Run } from './run.entity.js';

/** A run with everything that came of it: its retries, its undos, and theirs. */
export interface RunFamily {
  readonly runs: readonly Run[];
  /** The keys of the steps that succeeded, by the run. */
  readonly doneKeys: ReadonlyMap<string, readonly string[]>;
}

/** Throws unless the run may be retried: it ended without success, and no other retry or undo has to do with what it did. */
export function refuseRetry(run: Run, family: RunFamily): void {
  if (!isRunFinal(run.status)) throw refused('The run is not finished', `it is ${run.status}: wait for its end, or cancel it first.`);
  if (run.status === 'SUCCEEDED') throw refused('Nothing of the run is left to retry', 'it is SUCCEEDED.');
  const retry = family.runs.find(({ retryOfId }) => retryOfId === run.id);
  if (retry) throw refused(isRunFinal(retry.status) ? 'The run was retried' : 'The run is being retried', `${retry.id} is its retry, and is ${retry.status}${isRetryable(retry) ? ': retry that one' : ''}.`);
  for (const earlier of [run, ...retriedBy(run, family)]) refuseWhatIsUndone(earlier, family);
  const original = family.runs.find(({ id }) => id === run.undoesId);
  if (original) refuseSecondUndo(original, family);
}

/** Throws unless the run may be undone: it is finished, it changed something, and nobody is at it. */
export function refuseUndo(run: Run, family: RunFamily): void {
  if (!isRunFinal(run.status)) throw refused('The run is not finished', `it is ${run.status}: wait for its end, or cancel it first.`);
  if (run.dryRun) throw refused('There is nothing to undo', 'a dry run changes nothing.');
  refuseSecondUndo(run, family);
  const retry = family.runs.find((other) => !isRunFinal(other.status) && retriedBy(other, family).includes(run));
  if (retry) throw refused('The run is being retried', `${retry.id} builds on what it did: wait for its end, or cancel it first.`);
}

/** The steps of the run's undos that are done. */
export function undoneKeys({ id }: Run, { runs, doneKeys }: RunFamily): ReadonlySet<string> {
  return new Set(runs.filter(({ undoesId }) => undoesId === id).flatMap((undo) => doneKeys.get(undo.id) ?? []));
}

function refuseSecondUndo({ id }: Run, { runs }: RunFamily): void {
  const undos = runs.filter(({ undoesId }) => undoesId === id);
  const underWay = undos.find(({ status }) => !isRunFinal(status));
  if (underWay) throw refused('The run is being undone', `${underWay.id} is ${underWay.status}.`);
  const done = undos.find(({ status }) => status === 'SUCCEEDED');
  if (done) throw refused('The run was undone', `${done.id} is SUCCEEDED.`);
}

/** What was taken back cannot be built upon. */
function refuseWhatIsUndone(run: Run, family: RunFamily): void {
  const undo = family.runs.find(({ undoesId, status, id }) => undoesId === run.id && (!isRunFinal(status) || (family.doneKeys.get(id) ?? []).length > 0));
  if (undo) throw refused('What the run did is undone', `${undo.id} took it back, or is about to: run the playbook anew.`);
}

/** The runs of which this one is a retry, the newest first. */
function retriedBy({ retryOfId }: Run, family: RunFamily): readonly Run[] {
  const earlier = family.runs.find(({ id }) => id === retryOfId);
  return earlier ? [earlier, ...retriedBy(earlier, family)] : [];
}

function isRetryable({ status }: Run): boolean {
  return isRunFinal(status) && status !== 'SUCCEEDED';
}

function refused(what: string, why: string): DomainError {
  return new DomainError('PRECONDITION_FAILED', `${what}: ${why}`, [{ path: ['input', 'runId'], message: why }]);
}
