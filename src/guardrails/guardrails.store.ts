import type { TargetKind } from '@countermeasure/sdk';
import { In } from 'typeorm';
import { insertAll, upsert, type Tx } from '../db/database.js';
import type { ApprovalPolicy } from '../playbooks/approval-policy.js';
import { GuardrailSettings } from './guardrail-settings.entity.js';
import { ProtectedTarget } from './protected-target.entity.js';

/** The guardrails as somebody meets them who is about to act on one target. */
export interface StateBeforeActing {
  readonly isPaused: boolean;
  readonly maxTargetsPerHour: number | null;
  readonly blastRadiusPolicy: ApprovalPolicy;
  /** Why the target is protected; null: it is not. */
  readonly protectedBecause: string | null;
}

export interface TargetIdentity {
  readonly connectionId: string;
  readonly kind: TargetKind;
  /** In lower case. */
  readonly targetId: string;
}

export class GuardrailsStore {
  settings(tx: Tx): Promise<GuardrailSettings> {
    return tx.findOneByOrFail(GuardrailSettings, { id: 1 });
  }

  /** Locked until the transaction ends: changes of them, and acts that are counted, come one after the other. */
  lockSettings(tx: Tx): Promise<GuardrailSettings> {
    return tx.createQueryBuilder(GuardrailSettings, 'settings').setLock('pessimistic_write').where({ id: 1 }).getOneOrFail();
  }

  async saveSettings(tx: Tx, settings: GuardrailSettings): Promise<void> {
    await upsert(tx, GuardrailSettings, settings, ['id']);
  }

  /**
   * Whether the pause switch is on. Who finds it on and leaves a run alone for it keeps it from being switched off until the
   * transaction ends; so whoever switches it off afterwards sees every run that was left alone, and wakes it.
   */
  async isPaused(tx: Tx): Promise<boolean> {
    const look = async (lock: string): Promise<boolean> => (await tx.query<unknown[]>(`select from guardrail_settings where paused_at is not null ${lock}`)).length > 0;
    return (await look('')) && look('for share');
  }

  protectedTargets(tx: Tx): Promise<ProtectedTarget[]> {
    return tx.find(ProtectedTarget, { order: { kind: 'ASC', id: 'ASC' } });
  }

  /** Those of these names that are protected. */
  protectedAmong(tx: Tx, names: readonly string[]): Promise<ProtectedTarget[]> {
    return names.length === 0 ? Promise.resolve([]) : tx.findBy(ProtectedTarget, { id: In([...names]) });
  }

  async replaceProtectedTargets(tx: Tx, targets: readonly ProtectedTarget[]): Promise<void> {
    await tx.query('lock table protected_target in share row exclusive mode');
    await tx.deleteAll(ProtectedTarget);
    await insertAll(tx, ProtectedTarget, targets);
  }

  /** All that has to be known right before acting, in one statement: every action pays for it. */
  async stateBeforeActing(tx: Tx, kind: TargetKind, names: readonly string[]): Promise<StateBeforeActing> {
    const [state] = await tx.query<StateBeforeActing[]>(STATE_BEFORE_ACTING, [kind, names]);
    if (!state) throw new Error('The guardrails have no settings: the row of guardrail_settings is missing.');
    return state;
  }

  /** Counts a target that is about to be changed, unless it would be one too many and nobody approved it. Returns whether it was counted. The settings are to be locked. */
  async countTarget(tx: Tx, { connectionId, kind, targetId }: TargetIdentity, limit: number, isApproved: boolean): Promise<boolean> {
    const counted = await tx.query<unknown[]>(COUNT_TARGET, [connectionId, kind, targetId, limit, isApproved]);
    return counted.length > 0;
  }

  /** Counts what was changed by these actions within the last hour: nothing is counted while there is no limit. */
  async countLastHour(tx: Tx, actionIds: readonly string[]): Promise<void> {
    await tx.query(COUNT_LAST_HOUR, [actionIds]);
  }
}

const STATE_BEFORE_ACTING = `
select paused_at is not null as "isPaused", max_targets_per_hour as "maxTargetsPerHour", blast_radius_policy as "blastRadiusPolicy",
  (select reason from protected_target where kind = $1 and id = any($2::text[]) limit 1) as "protectedBecause"
from guardrail_settings`;

const COUNT_TARGET = `
with recent as (
  select connection_id, kind, target_id from changed_target where changed_at > clock_timestamp() - interval '1 hour'
)
insert into changed_target (connection_id, kind, target_id, changed_at)
select $1::text, $2::text, $3::text, clock_timestamp()
where $5::boolean
  or (select count(*) from recent) < $4::int
  or exists (select from recent where connection_id = $1 and kind = $2 and target_id = $3)
on conflict (connection_id, kind, target_id) do update set changed_at = excluded.changed_at
returning target_id`;

const COUNT_LAST_HOUR = `
insert into changed_target (connection_id, kind, target_id, changed_at)
select step.connection_id, run.target_kind, lower(pinned.target->>'id'), max(attempt.started_at)
from attempt
join run_step step on step.id = attempt.run_step_id
join run on run.id = step.run_id
join run_target pinned on pinned.run_id = run.id and pinned.connection_id = step.connection_id
where attempt.started_at > now() - interval '1 hour' and not run.dry_run and run.target_kind <> 'NONE' and step.action_id = any($1)
group by 1, 2, 3
on conflict (connection_id, kind, target_id) do update set changed_at = greatest(changed_target.changed_at, excluded.changed_at)`;
