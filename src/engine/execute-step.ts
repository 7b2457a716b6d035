import { setTimeout as delay } from 'node:timers/promises';
import { isActionError, type ResolvedTarget } from '@countermeasure/sdk';
import type { ConnectionClients, ConnectedProvider } from '../connections/connection-clients.js';
import type { WakeCheck } from '../connections/connection-queue.js';
import type { Pace } from '../connections/pace.js';
import type { ConnectionStore } from '../connections/connection.store.js';
import type { Database } from '../db/database.js';
import type { Gate } from '../guardrails/gate.js';
import type { Protection } from '../guardrails/protection.js';
import { uuidOf } from '../kernel/ids.js';
import type { JsonObject } from '../kernel/json.js';
import type { Logger } from '../kernel/logger.js';
import type { Metrics } from '../kernel/metrics.js';
import { redact, redactIn } from '../kernel/redact.js';
import { inSpan } from '../kernel/tracing.js';
import { outsidePlugins } from '../registry/plugin-call.js';
import type { Registry } from '../registry/registry.js';
import type { RunStep } from '../runs/run-step.entity.js';
import type { Run } from '../runs/run.entity.js';
import type { RunStore } from '../runs/run.store.js';
import type { Claim, StepFailure, StepOutcome } from '../runs/run.types.js';
import { DatabaseFault, StepTimeout, WorkerStopping, ours, toStepFailure } from './step-failure.js';
import { within } from '../kernel/within.js';

/** Directories lag: the effect is looked for at these distances, then the step says NOT_VERIFIED. */
const LOOK_AFTER_MS = [0, 250, 500, 1_000, 2_000, 4_000, 8_000];

/** How long a look waits while the tenant asks for quiet: it keeps its worker's place meanwhile. */
const MAX_QUIET_LOOK_MS = 60_000;

/** A claimed step with the run as it stood at the claim. */
export interface ClaimedStep {
  readonly claim: Claim;
  readonly run: Run;
  readonly step: RunStep;
}

interface Deps {
  readonly database: Database;
  readonly runs: RunStore;
  readonly connections: ConnectionStore;
  readonly clients: ConnectionClients;
  readonly registry: Registry;
  readonly protection: Protection;
  readonly gate: Gate;
  readonly pace: Pace;
  readonly wakeCheck: WakeCheck;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Does what a step says at its provider: connect, look, act, look again. It writes no state: it returns what came of it. */
export class StepExecutor {
  constructor(private readonly deps: Deps) {}

  execute(work: ClaimedStep, stopping: AbortSignal, progress: (message: string) => void): Promise<StepOutcome> {
    const { run, step, claim } = work;
    const attributes = { 'countermeasure.run.id': run.id, 'countermeasure.step.id': step.id, 'countermeasure.action': step.actionId, 'countermeasure.attempt': step.attemptNumber, 'countermeasure.mode': claim.mode };
    return inSpan('step', { kind: 'CONSUMER', attributes, parent: run.traceParent }, async (span) => {
      const outcome = await this.measure(work, stopping, progress);
      span.setAttribute('countermeasure.outcome', outcome.kind);
      return outcome;
    });
  }

  private async measure(work: ClaimedStep, stopping: AbortSignal, progress: (message: string) => void): Promise<StepOutcome> {
    const end = this.deps.metrics.stepWork.startTimer({ action: work.step.actionId });
    let outcome: StepOutcome | undefined;
    try {
      outcome = await this.work(work, stopping, progress);
      return outcome;
    } finally {
      end({ outcome: outcome?.kind ?? 'INTERRUPTED' });
    }
  }

  private async work(work: ClaimedStep, stopping: AbortSignal, progress: (message: string) => void): Promise<StepOutcome> {
    const { step, claim } = work;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(new StepTimeout()), step.timeoutMs);
    const signal = AbortSignal.any([timeout.signal, stopping]);
    const attempt = { isActing: false };
    try {
      if (claim.mode === 'VERIFY') return await this.lookForEffect(work, stopping);
      const outcome = await this.attempt(work, signal, progress, attempt);
      if (outcome.kind !== 'HANDED_BACK') await this.deps.pace.succeeded(step.connectionId ?? '');
      return outcome;
    } catch (error) {
      return await this.afterFault(work, error, attempt.isActing);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What came of a step that was not carried through; throws when that is not for this worker to say. */
  private async afterFault(work: ClaimedStep, error: unknown, wasActing: boolean): Promise<StepOutcome> {
    const { step, claim } = work;
    if (error instanceof WorkerStopping) {
      if (wasActing || claim.mode === 'VERIFY') throw error;
      return { kind: 'HANDED_BACK', because: 'STOPPING' };
    }
    // Nothing was done, and nothing could be recorded now: the job is tried again, and takes the step up anew.
    if (error instanceof DatabaseFault && !wasActing) throw error;
    if (!isActionError(error) && !(error instanceof StepTimeout)) this.log(work).error({ err: error }, 'A step failed by a fault.');
    const failure = toStepFailure(error, wasActing, step.timeoutMs);
    // What came of the step is recorded, whether or not this can be told.
    await this.tellOthers(work, error, failure).catch((fault: unknown) => this.log(work).warn({ err: fault }, 'What a failure says of its tenant could not be written down.'));
    return { kind: 'FAILED', failure };
  }

  private async attempt(work: ClaimedStep, signal: AbortSignal, progress: (message: string) => void, attempt: { isActing: boolean }): Promise<StepOutcome> {
    const { run, step, claim } = work;
    const { action } = this.deps.registry.requireAction(step.actionId);
    const context = await this.context(work, signal);
    const plan = redactIn(await within(signal, () => action.plan(context)));
    if (run.dryRun) return { kind: 'PLANNED', plan };
    // Nobody is asked about what would be refused anyway; what changes until they have decided is asked again then.
    if (claim.mode === 'PLAN') {
      await ours(this.deps.protection.refuseIfProtected({ ...context.target, givenId: run.targetId }, action.effect));
      return { kind: 'NEEDS_APPROVAL', plan };
    }
    if (claim.mode === 'READ_BACK' && action.verify) {
      const since = step.startedAt ?? run.createdAt;
      if (await within(signal, async () => action.verify?.({ ...context, output: undefined, since }))) return { kind: 'TOOK_EFFECT_EARLIER' };
    }
    const passage = await ours(this.deps.gate.pass({ target: { ...context.target, givenId: run.targetId }, connectionId: context.connectionId, effect: action.effect, isApproved: step.approvedAt !== null }));
    if (passage.kind === 'PAUSED') return { kind: 'HANDED_BACK', because: 'PAUSED' };
    if (passage.kind === 'ASK') return { kind: 'NEEDS_APPROVAL', plan, policy: passage.policy };
    signal.throwIfAborted();
    attempt.isActing = true;
    const returned = await within(signal, () => action.run({ ...context, idempotencyKey: uuidOf(step.id), progress: outsidePlugins((message: string) => progress(redact(message))) }));
    return { kind: 'ACTED', plan, output: redactIn(action.output.parse(returned)), canVerify: action.verify !== undefined };
  }

  /** What the step met concerns all that use the connection: they are not to find out one by one. */
  private async tellOthers({ step: { connectionId } }: ClaimedStep, error: unknown, { code, message, remedy }: StepFailure): Promise<void> {
    if (connectionId === null) return;
    const { database, pace, wakeCheck } = this.deps;
    if (error instanceof StepTimeout) await pace.unavailable(connectionId, { code, message, remedy: remedy ?? null });
    if (!isActionError(error)) return;
    if (error.concernsConnection) await wakeCheck(database.reader, connectionId);
    await pace.failed(connectionId, error);
  }

  private async lookForEffect(work: ClaimedStep, stopping: AbortSignal): Promise<StepOutcome> {
    const { step, run } = work;
    const { action } = this.deps.registry.requireAction(step.actionId);
    const since = step.startedAt ?? run.createdAt;
    for (const lookAfterMs of LOOK_AFTER_MS) {
      const quietMs = lookAfterMs === 0 ? 0 : await ours(this.deps.pace.quietMs(step.connectionId ?? ''));
      await delay(Math.max(lookAfterMs, Math.min(quietMs, MAX_QUIET_LOOK_MS)), undefined, { signal: stopping }).catch(() => stopping.throwIfAborted());
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(step.timeoutMs)]);
      const isThere = await this.look(work, signal, async (context) => (await action.verify?.({ ...context, output: step.output ?? undefined, since })) ?? false);
      if (isThere) return { kind: 'VERIFIED' };
    }
    return { kind: 'NOT_VERIFIED' };
  }

  /** One look; a provider that does not answer is looked at again later, and the action stays done either way. */
  private async look(work: ClaimedStep, signal: AbortSignal, see: (context: ActionContext) => Promise<boolean>): Promise<boolean> {
    try {
      const context = await this.context(work, signal);
      return await within(signal, () => see(context));
    } catch (error) {
      if (error instanceof WorkerStopping) throw error;
      if (isActionError(error) && error.trouble === 'THROTTLED') await this.deps.pace.failed(work.step.connectionId ?? '', error);
      this.log(work).warn({ err: error }, 'The effect of a step could not be looked for.');
      return false;
    }
  }

  private async context({ run, step }: ClaimedStep, signal: AbortSignal): Promise<ActionContext> {
    const { database, connections, runs, clients } = this.deps;
    const connectionId = step.connectionId ?? '';
    const [[connection], pinned] = await ours(Promise.all([connections.findByIds(database.reader, [connectionId]), runs.findTarget(database.reader, run.id, connectionId)]));
    if (!connection) throw new Error(`The step ${step.id} has no connection.`);
    const connected = await clients.connect(connection);
    const target = await this.pinnedTarget(run, connection.id, pinned, connected, signal);
    return { client: connected.client, connectionId: connection.id, target, input: step.input, signal };
  }

  /** Looked up once per run and connection, before anything is done; every later step and attempt acts on the same identity. */
  private async pinnedTarget(run: Run, connectionId: string, pinned: ResolvedTarget | undefined, { client, provider }: ConnectedProvider, signal: AbortSignal): Promise<ResolvedTarget> {
    const { database, runs } = this.deps;
    const reference = { kind: run.targetKind, id: run.targetId };
    if (reference.kind === 'NONE') return { ...reference, displayName: reference.id };
    if (pinned) return pinned;
    const target = await within(signal, () => provider.plugin.provider.resolveTarget({ client, target: reference, signal }));
    return ours(runs.pinTarget(database.reader, run.id, connectionId, target));
  }

  private log({ run, step }: ClaimedStep): Logger {
    return this.deps.logger.child({ runId: run.id, stepId: step.id, action: step.actionId });
  }
}

interface ActionContext {
  readonly client: unknown;
  readonly connectionId: string;
  readonly target: ResolvedTarget;
  readonly input: JsonObject;
  readonly signal: AbortSignal;
}
