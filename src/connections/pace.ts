import type { ActionError, ProviderTrouble } from '@countermeasure/sdk';
import type { Database, Tx } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import { redact } from '../kernel/redact.js';
import type { RegisteredProvider, Registry } from '../registry/registry.js';
import type { PaceProblem } from './connection-pace.entity.js';
import type { Connection } from './connection.entity.js';
import type { WakeCheck, WakeWaiting } from './connection-queue.js';
import { paceSettingsOf, type PaceOverrides, type PaceSettings } from './pace-settings.js';
import type { CircuitSettings, PaceStore, NoTurn, TurnRequest } from './pace.store.js';

/** How long a tenant is left alone that asks for quiet without saying for how long. */
const QUIET_MS = 5_000;

/** One odd answer must not stop a tenant for days. */
const MAX_QUIET_MS = 60 * 60_000;

const CIRCUIT: CircuitSettings = { failures: 5, withinMs: 60_000, openMs: 30_000, maxOpenMs: 5 * 60_000 };

/** Whether a step may begin now; if not, when to ask again, and why. */
export type Turn = { readonly kind: 'GO' } | { readonly kind: 'WAIT'; readonly waitMs: number; readonly because: string };

interface Deps {
  readonly database: Database;
  readonly pace: PaceStore;
  readonly registry: Registry;
  readonly paceOverrides: PaceOverrides;
  readonly wakeCheck: WakeCheck;
  readonly wakeWaiting: WakeWaiting;
  readonly logger: Logger;
}

/** How fast tenants are called, and whether at all: known to all workers, because it stands in the database alone. */
export class Pace {
  /** Connections that were in trouble when this process last asked: only for these a success has to be written down. */
  private readonly suspects = new Set<string>();

  /** Connections at which runs of this process had to wait, and nobody has found since that none does any more. */
  private readonly crowded = new Set<string>();

  constructor(private readonly deps: Deps) {}

  async takeTurn(tx: Tx, actionId: string, request: TurnRequest): Promise<Turn> {
    const { pace, registry } = this.deps;
    const settings = this.settingsOf(registry.action(actionId)?.provider);
    const taken = await pace.takeTurn(tx, request, settings);
    if (!taken) return this.wait(tx, request, settings);
    if (taken.failures) this.suspects.add(request.connectionId);
    return { kind: 'GO' };
  }

  /** The action did what it was to do. That this cannot be written down must not make it look as if it had not: the next success tells it. */
  async succeeded(connectionId: string): Promise<void> {
    if (!this.suspects.delete(connectionId)) return;
    try {
      await this.deps.pace.succeed(this.deps.database.reader, connectionId);
    } catch (error) {
      this.suspects.add(connectionId);
      this.deps.logger.warn({ err: error, connectionId }, 'That a provider answers again could not be written down yet.');
    }
  }

  /** The provider refused: what that says of the tenant concerns everybody. */
  async failed(connectionId: string, error: ActionError): Promise<void> {
    const { database, pace } = this.deps;
    if (error.trouble === undefined) return this.succeeded(connectionId);
    if (error.trouble === 'UNAVAILABLE') await this.unavailable(connectionId, problemOf(error));
    if (error.trouble === 'THROTTLED' || error.retryAfterMs !== undefined) {
      await pace.throttle(database.reader, connectionId, Math.min(error.retryAfterMs ?? QUIET_MS, MAX_QUIET_MS), problemOf(error));
    }
  }

  /** Nobody answered in time. */
  async unavailable(connectionId: string, problem: PaceProblem): Promise<void> {
    const { database, pace, wakeCheck, logger } = this.deps;
    this.suspects.add(connectionId);
    const openUntil = await pace.fail(database.reader, connectionId, problem, CIRCUIT);
    if (openUntil === null) return;
    logger.warn({ connectionId, code: problem.code, openUntil }, 'A connection\'s circuit is open: its steps wait until a check finds that its provider answers.');
    await wakeCheck(database.reader, connectionId, openUntil);
  }

  /** A turn is free: who has waited longest need not wait for its time. Should nobody be told, everybody still comes at theirs. */
  async handOn(connectionId: string): Promise<void> {
    if (this.crowded.has(connectionId)) await this.wake(connectionId, 1);
  }

  /** A check of the connection came to its end: only that closes a circuit, and steps need not try on behalf of the others. */
  async checked({ id, providerId }: Connection, trouble: ProviderTrouble | undefined): Promise<void> {
    const { database, pace, registry, logger } = this.deps;
    if (trouble === 'UNAVAILABLE') return pace.openOn(database.reader, id, CIRCUIT);
    if (!(await pace.close(database.reader, id, CIRCUIT))) return;
    logger.info({ connectionId: id }, 'The provider of a connection answers again: its steps go on.');
    await this.wake(id, this.settingsOf(registry.provider(providerId)).turns);
  }

  /** When the connection is to be checked for the sake of its circuit; undefined: it is closed. */
  async openUntil(connectionId: string): Promise<Date | undefined> {
    const [found] = await this.deps.pace.find(this.deps.database.reader, [connectionId]);
    return found?.openUntil ?? undefined;
  }

  /** How long the tenant asked not to be called; 0: it did not. */
  async quietMs(connectionId: string): Promise<number> {
    const [found] = await this.deps.pace.find(this.deps.database.reader, [connectionId]);
    return Math.max(0, (found?.throttledUntil?.getTime() ?? 0) - Date.now());
  }

  private async wake(connectionId: string, count: number): Promise<void> {
    try {
      const woken = await this.deps.wakeWaiting(this.deps.database, connectionId, count);
      if (woken < count) this.crowded.delete(connectionId);
      else this.crowded.add(connectionId);
    } catch (error) {
      this.deps.logger.warn({ err: error, connectionId }, 'Runs that wait for their turn could not be woken early.');
    }
  }

  private async wait(tx: Tx, request: TurnRequest, settings: PaceSettings): Promise<Turn> {
    const { pace } = this.deps;
    const why = await pace.whyNoTurn(tx, request, settings);
    if (why.turns < settings.turns) {
      await pace.addTurns(tx, request.connectionId, settings.turns);
      if (await pace.takeTurn(tx, request, settings)) return { kind: 'GO' };
    }
    if (!why.isOpen && !why.isThrottled) this.crowded.add(request.connectionId);
    return { kind: 'WAIT', waitMs: why.waitMs, because: whyItWaits(why) };
  }

  private settingsOf(provider: RegisteredProvider | undefined): PaceSettings {
    return paceSettingsOf(provider?.plugin.provider.pace, this.deps.paceOverrides);
  }
}

function problemOf({ code, message, remedy }: ActionError): PaceProblem {
  return { code, message: redact(message), remedy: remedy === undefined ? null : redact(remedy) };
}

function whyItWaits({ isOpen, isThrottled }: NoTurn): string {
  if (isOpen) return 'calls to its tenant keep failing, and it is looked at before any more are made';
  if (isThrottled) return 'its tenant asked to be called less';
  return 'as much is under way at its tenant as may be';
}
