import type { Database, Tx } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import { SCHEDULE } from '../registry/built-in-event-types.js';
import { dueAfter } from './draft-trigger.js';
import type { EventIntake } from './event-intake.js';
import { MISSED_AFTER_MS, lastDueAt } from './schedule.js';
import type { Trigger } from './trigger.entity.js';
import type { TriggerStore } from './trigger.store.js';

const AT_ONCE = 100;

interface Deps {
  readonly database: Database;
  readonly triggers: TriggerStore;
  readonly intake: EventIntake;
  readonly logger: Logger;
}

/** Makes the events of schedules that are due. The event and the next due time are one commit, so a due time fires once however many processes look. */
export class ScheduleClock {
  constructor(private readonly deps: Deps) {}

  async tick(now = new Date()): Promise<void> {
    for (;;) {
      const found = await this.deps.database.transact(async (tx) => {
        const due = await this.deps.triggers.lockDue(tx, now, AT_ONCE);
        for (const trigger of due) await this.fire(tx, trigger, now);
        return due.length;
      });
      if (found < AT_ONCE) return;
    }
  }

  private async fire(tx: Tx, trigger: Trigger, now: Date): Promise<void> {
    const { triggers, intake, logger } = this.deps;
    const dueAt = dueToFire(trigger, now);
    if (dueAt) await intake.accept(tx, [{ type: SCHEDULE, payload: { triggerId: trigger.id, dueAt: dueAt.toISOString() } }], `schedule:${trigger.id}`, []);
    else logger.warn({ triggerId: trigger.id, dueAt: trigger.nextDueAt }, 'A time of a schedule was missed and is skipped, as its trigger says.');
    await triggers.setNextDueAt(tx, trigger.id, dueAfter(trigger, now));
  }
}

/** The due time that fires now; undefined when it was missed and is not made up for. Of several that passed, only the latest counts. */
function dueToFire({ schedule, timeZone, nextDueAt, missedSchedule }: Trigger, now: Date): Date | undefined {
  if (schedule === null || nextDueAt === null) return undefined;
  const latest = lastDueAt(schedule, timeZone ?? 'UTC', now);
  const dueAt = latest > nextDueAt ? latest : nextDueAt;
  const isMissed = now.getTime() - dueAt.getTime() > MISSED_AFTER_MS;
  return isMissed && missedSchedule === 'SKIP' ? undefined : dueAt;
}
