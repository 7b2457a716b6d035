import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database, Tx } from '../db/database.js';
import { refuseIfAny } from '../kernel/errors.js';
import type { Registry } from '../registry/registry.js';
import type { WakePausedRuns } from '../runs/run-queue.js';
import { readChange, type ReadChange } from './guardrails-change.js';
import type { GuardrailSettings } from './guardrail-settings.entity.js';
import type { GuardrailsStore } from './guardrails.store.js';
import type { Guardrails, GuardrailsChange } from './guardrails.types.js';

interface Deps {
  readonly database: Database;
  readonly guardrails: GuardrailsStore;
  readonly registry: Registry;
  readonly wakePausedRuns: WakePausedRuns;
  readonly audit: AuditTrail;
}

/** Limits on what may be done at all. */
export class GuardrailsService {
  constructor(private readonly deps: Deps) {}

  async read(session: Session): Promise<Guardrails> {
    session.assert('guardrail:read');
    const { database, guardrails } = this.deps;
    const [settings, protectedTargets] = await Promise.all([guardrails.settings(database.reader), guardrails.protectedTargets(database.reader)]);
    return { settings, protectedTargets };
  }

  /** What is left out stays; a list that is given takes the place of the whole list before. */
  async update(session: Session, input: GuardrailsChange): Promise<Guardrails> {
    session.assert(onlyPauses(input) ? 'guardrail:pause' : 'guardrail:write');
    const { problems, ...change } = readChange(input, this.deps.registry);
    refuseIfAny(problems);
    await this.deps.database.transact((tx) => this.save(tx, session, change));
    return this.read(session);
  }

  private async save(tx: Tx, session: Session, change: ReadChange): Promise<void> {
    const { guardrails, wakePausedRuns, audit } = this.deps;
    const before = await guardrails.lockSettings(tx);
    const after: GuardrailSettings = { ...before, ...change.settings(before), ...pauseOf(session, before, change) };
    await guardrails.saveSettings(tx, after);
    if (change.protectedTargets) {
      const protection = { protectedBy: session.actor, protectedAt: new Date() };
      await guardrails.replaceProtectedTargets(tx, change.protectedTargets.map((target) => ({ ...target, ...protection })));
    }
    if (before.maxTargetsPerHour === null && after.maxTargetsPerHour !== null) await guardrails.countLastHour(tx, this.changingActions());
    if (before.pausedAt !== null && after.pausedAt === null) await wakePausedRuns(tx);
    audit.record(tx, { actor: session.actor, action: 'updateGuardrails', subject: null, details: change.told });
  }

  private changingActions(): string[] {
    return this.deps.registry.actions().filter(({ action }) => action.effect !== 'READ').map(({ id }) => id);
  }
}

/** Whoever meets something terrible at night may stop everything, and nothing else. */
function onlyPauses({ paused, reason: _reason, ...others }: GuardrailsChange): boolean {
  return paused === true && Object.values(others).every((value) => value === undefined);
}

/** Whoever pauses first stays the one who did; a reason that is given later takes the place of the one before. */
function pauseOf(session: Session, before: GuardrailSettings, { paused, reason }: ReadChange): Partial<GuardrailSettings> {
  if (paused === undefined) return {};
  if (!paused) return { pausedAt: null, pausedBy: null, pausedReason: null };
  if (before.pausedAt !== null) return { pausedReason: reason ?? before.pausedReason };
  return { pausedAt: new Date(), pausedBy: session.actor, pausedReason: reason ?? null };
}
