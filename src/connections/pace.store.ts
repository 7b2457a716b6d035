import { In } from 'typeorm';
import type { Tx } from '../db/database.js';
import { ConnectionPace, type PaceProblem } from './connection-pace.entity.js';
import type { PaceSettings } from './pace-settings.js';
import { FAIL, OPEN_ON, TAKE_TURN, THROTTLE, WHY_NO_TURN } from './pace.sql.js';

/** Who asks for a turn, and what it gives back in the same transaction. */
export interface TurnRequest {
  readonly connectionId: string;
  readonly stepId: string;
  /** How long it may be held without a word. */
  readonly leaseMs: number;
  /** Steps whose turns are given back when this transaction commits. */
  readonly finishedStepIds: readonly string[];
  /** What the queue went by: above 0 is a batch, which leaves some turns to the others and comes behind them. */
  readonly priority: number;
}

/** A turn that was taken. */
export interface TakenTurn {
  readonly number: number;
  /** Calls in a row that met a provider in trouble; null: none ever did. */
  readonly failures: number | null;
}

/** Why there was no turn. */
export interface NoTurn {
  /** How many turns there are; fewer than there should be at first. */
  readonly turns: number;
  readonly isThrottled: boolean;
  readonly isOpen: boolean;
  readonly failures: number;
  /** How long it takes until one may come, with regard to those who wait already. */
  readonly waitMs: number;
}

/** When a circuit opens, and how long it stays so. */
export interface CircuitSettings {
  readonly failures: number;
  readonly withinMs: number;
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** The tables of pace. Rows are locked with `skip locked`, so nobody waits for anybody here. */
export class PaceStore {
  /** In the transaction of the claim: the turn is taken if and only if the claim is. undefined: there is none. */
  async takeTurn(tx: Tx, { connectionId, stepId, leaseMs, finishedStepIds, priority }: TurnRequest, settings: PaceSettings): Promise<TakenTurn | undefined> {
    const { turns, keptTurns, startsPerSecond, burst } = settings;
    const [taken] = await tx.query<[TakenTurn[], number]>(TAKE_TURN, [connectionId, stepId, leaseMs, finishedStepIds, firstTurn(priority, settings), turns, keptTurns, (burst - turns) / startsPerSecond, turns / startsPerSecond]);
    return taken[0];
  }

  async whyNoTurn(tx: Tx, { connectionId, priority }: TurnRequest, settings: PaceSettings): Promise<NoTurn> {
    const { turns, startsPerSecond, burst } = settings;
    const [why] = await tx.query<NoTurn[]>(WHY_NO_TURN, [connectionId, firstTurn(priority, settings), turns, (burst - turns) / startsPerSecond, startsPerSecond, priority]);
    if (!why) throw new Error('Why there is no turn was not answered.');
    return why;
  }

  async addTurns(tx: Tx, connectionId: string, turns: number): Promise<void> {
    await tx.query(
      `insert into connection_turn (connection_id, number, leased_until, paid_until) select $1, number, now(), now() from generate_series(1, $2::int) as number on conflict do nothing`,
      [connectionId, turns],
    );
  }

  /** The tenant asks for quiet: whoever asked for the longest one decides. It answers, so it is in no trouble. */
  async throttle(tx: Tx, connectionId: string, forMs: number, problem: PaceProblem): Promise<void> {
    await tx.query(THROTTLE, [connectionId, forMs, JSON.stringify(problem)]);
  }

  /** One more call met a provider in trouble. Returns until when the circuit is open; null: it is closed. */
  async fail(tx: Tx, connectionId: string, problem: PaceProblem, { failures, withinMs, openMs }: CircuitSettings): Promise<Date | null> {
    const [after] = await tx.query<{ openUntil: Date | null }[]>(FAIL, [connectionId, JSON.stringify(problem), failures, withinMs, openMs]);
    return after?.openUntil ?? null;
  }

  /** A call went through: those that failed before it no longer count. */
  async succeed(tx: Tx, connectionId: string): Promise<void> {
    await tx.query('update connection_pace set failures = 0 where connection_id = $1 and failures > 0 and opened_at is null', [connectionId]);
  }

  /** A look found the tenant still in trouble: it stays open as long again as it was. */
  async openOn(tx: Tx, connectionId: string, { openMs, maxOpenMs }: CircuitSettings): Promise<void> {
    await tx.query(OPEN_ON, [connectionId, openMs, maxOpenMs]);
  }

  /** Closed on trial: one more failure opens it again. Returns whether it was open. */
  async close(tx: Tx, connectionId: string, { failures }: CircuitSettings): Promise<boolean> {
    const [, closed] = await tx.query<[unknown[], number]>(
      'update connection_pace set opened_at = null, open_until = null, failures = $2, failing_since = now() where connection_id = $1 and opened_at is not null ',
      [connectionId, failures - 1],
    );
    return closed > 0;
  }

  find(tx: Tx, connectionIds: readonly string[]): Promise<ConnectionPace[]> {
    return tx.findBy(ConnectionPace, { connectionId: In([...connectionIds]) });
  }
}

/** What a batch may have begins behind the kept turns. */
function firstTurn(priority: number, { keptTurns }: PaceSettings): number {
  return priority > 0 ? keptTurns + 1 : 1;
}
