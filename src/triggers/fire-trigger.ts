import type { TargetReference } from '@countermeasure/sdk';
import type { Database, Tx } from '../db/database.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import type { Protection } from '../guardrails/protection.js';
import { formatDuration } from '../kernel/durations.js';
import { DomainError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import type { Run } from '../runs/run.entity.js';
import { NotReady, type RunStarter } from '../runs/start-run.js';
import type { CompiledTrigger } from './compiled-trigger.js';
import type { ReceivedEvent } from './event.entity.js';
import type { FiringStore } from './firing.store.js';
import type { FiringOutcome, TriggerFiring } from './trigger-firing.entity.js';
import type { Trigger } from './trigger.entity.js';
import type { TriggerStore } from './trigger.store.js';

interface Deps {
  readonly database: Database;
  readonly triggers: TriggerStore;
  readonly firings: FiringStore;
  readonly starter: RunStarter;
  readonly protection: Protection;
  readonly channel: NotifyChannel;
}

/** A target that the event names, and why it must not be touched, where that is so. */
interface Aim {
  readonly target: TargetReference;
  readonly protectedBecause: string | undefined;
}

interface Shot {
  readonly aims: readonly Aim[];
  /** Why there is none. */
  readonly problem: string | undefined;
  /** A playbook that is not ready by what an old check says gives this up, for a new check and a second try. */
  readonly mayLookAgain: boolean;
}

/** What came of the firing for one target and playbook. */
interface Result {
  readonly outcome: FiringOutcome;
  readonly reason?: string;
  readonly run?: Run;
}

/** Starts what a trigger is linked to, once per event: all firings of an event and trigger are one transaction. */
export class FireTrigger {
  constructor(private readonly deps: Deps) {}

  async fire(trigger: Trigger, compiled: CompiledTrigger, event: ReceivedEvent): Promise<void> {
    const { targets, problem } = compiled.targetsOf(event);
    // Before the transaction: asked inside it, each firing would hold one connection and wait for another.
    const protections = await this.deps.protection.of(targets);
    const aims = targets.map((target, index): Aim => ({ target, protectedBecause: protections[index]?.reason }));
    const runs = await this.commit(trigger, event, { aims, problem, mayLookAgain: true }).catch(async (error: unknown) => {
      if (!(error instanceof NotReady)) throw error;
      await this.deps.starter.lookAgain(error);
      return this.commit(trigger, event, { aims, problem, mayLookAgain: false });
    });
    for (const { id, lastSequence } of runs) this.deps.channel.announce(id, lastSequence);
  }

  private commit(trigger: Trigger, event: ReceivedEvent, { aims, problem, mayLookAgain }: Shot): Promise<Run[]> {
    const { database, firings, triggers } = this.deps;
    return database.transact(async (tx) => {
      // The lock comes before the question, so that whoever had to wait for it finds the firings of the other one and takes them for no cooldown.
      if (trigger.cooldownMs !== null) await firings.lockTargets(tx, trigger.id, aims.map(({ target }) => target.id.toLowerCase()));
      if (await firings.hasFired(tx, event.id, trigger.id)) return [];
      const playbooks = (await triggers.playbooksOf(tx, [trigger.id])).map(({ playbook }) => playbook);
      const made = aims.length === 0 ? await this.fireWithoutTarget(tx, trigger, event, playbooks, problem, mayLookAgain) : await this.fireAt(tx, trigger, event, aims, playbooks, mayLookAgain);
      await firings.insert(tx, made.map(({ firing }) => firing));
      return made.flatMap(({ run }) => run ?? []);
    });
  }

  /** Playbooks whose actions need no target run all the same. */
  private async fireWithoutTarget(tx: Tx, trigger: Trigger, event: ReceivedEvent, playbooks: readonly Playbook[], problem: string | undefined, mayLookAgain: boolean) {
    const nothing: TargetReference = { kind: 'NONE', id: 'none' };
    const reason = problem ?? 'The event names no target for certain.';
    if (playbooks.length === 0) return [firingOf(trigger, event, undefined, undefined, { outcome: 'NO_TARGET', reason })];
    const made = [];
    for (const playbook of playbooks) {
      const result = problem === undefined ? await this.start(tx, trigger, event, nothing, playbook, mayLookAgain) : ({ outcome: 'NO_TARGET', reason } as const);
      made.push(firingOf(trigger, event, undefined, playbook, result.outcome === 'NO_TARGET' ? { outcome: 'NO_TARGET', reason } : result));
    }
    return made;
  }

  private async fireAt(tx: Tx, trigger: Trigger, event: ReceivedEvent, aims: readonly Aim[], playbooks: readonly Playbook[], mayLookAgain: boolean) {
    const coolingSince = await this.coolingTargets(tx, trigger, aims);
    const made = [];
    for (const { target, protectedBecause } of aims) {
      const common = beforeStart(trigger, coolingSince.get(target.id.toLowerCase()), protectedBecause, playbooks);
      if (common) made.push(firingOf(trigger, event, target, undefined, common));
      else for (const playbook of playbooks) made.push(firingOf(trigger, event, target, playbook, await this.start(tx, trigger, event, target, playbook, mayLookAgain)));
    }
    return made;
  }

  private async coolingTargets(tx: Tx, { id, cooldownMs }: Trigger, aims: readonly Aim[]): Promise<ReadonlyMap<string, Date>> {
    if (cooldownMs === null) return new Map();
    return this.deps.firings.startedSince(tx, id, aims.map(({ target }) => target.id.toLowerCase()), new Date(Date.now() - cooldownMs));
  }

  private async start(tx: Tx, trigger: Trigger, event: ReceivedEvent, target: TargetReference, playbook: Playbook, mayLookAgain: boolean): Promise<Result> {
    const startedBy = { kind: 'TRIGGER', id: trigger.id, name: trigger.name, eventId: event.id, sentBy: senderOf(event) } as const;
    try {
      const run = await this.deps.starter.start(tx, playbook.id, { target, dryRun: false, reason: `The trigger "${trigger.name}" was fired by an event.`, startedBy });
      return { outcome: 'STARTED', run };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (!(error instanceof NotReady)) return { outcome: target.kind === 'NONE' ? 'NO_TARGET' : 'NOT_READY', reason: error.message };
      if (error.readiness.some(({ code }) => code === 'PLAYBOOK_INACTIVE')) return { outcome: 'PLAYBOOK_INACTIVE', reason: `The playbook "${playbook.name}" is not active.` };
      if (mayLookAgain && error.connectionIds.length > 0) throw error;
      return { outcome: 'NOT_READY', reason: error.message };
    }
  }
}

/** What keeps a target from being acted on, whatever the playbook. */
function beforeStart({ cooldownMs }: Trigger, startedAt: Date | undefined, protectedBecause: string | undefined, playbooks: readonly Playbook[]): Result | undefined {
  if (startedAt && cooldownMs !== null) return { outcome: 'COOLDOWN', reason: `It was fired for this target at ${startedAt.toISOString()}, and its cooldown is ${formatDuration(cooldownMs)}.` };
  if (protectedBecause !== undefined) return { outcome: 'BLOCKED', reason: `The target is protected: ${protectedBecause}` };
  return playbooks.length === 0 ? { outcome: 'NOT_READY', reason: 'The trigger is linked to no playbook.' } : undefined;
}

/** Whoever sends an event by the API has started what it fires. */
function senderOf({ source }: ReceivedEvent): string | null {
  const [way, key] = source.split(':');
  return way === 'api' && key !== undefined ? key : null;
}

function firingOf(trigger: Trigger, event: ReceivedEvent, target: TargetReference | undefined, playbook: Playbook | undefined, { outcome, reason, run }: Result): { firing: TriggerFiring; run: Run | undefined } {
  const firing: TriggerFiring = {
    id: newId('triggerFiring'),
    triggerId: trigger.id,
    eventId: event.id,
    targetKind: target?.kind ?? null,
    targetId: target?.id.toLowerCase() ?? null,
    playbookId: playbook?.id ?? null,
    outcome,
    runId: run?.id ?? null,
    reason: reason ?? null,
    at: new Date(),
  };
  return { firing, run };
}
