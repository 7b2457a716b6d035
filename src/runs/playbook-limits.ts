import type { Session } from '../auth/session.js';
import type { Tx } from '../db/database.js';
import { DomainError } from '../kernel/errors.js';
import type { PlaybookStore } from '../playbooks/playbook.store.js';

/** Whether there is a playbook for whoever starts it. */
export class PlaybookLimits {
  constructor(private readonly playbooks: PlaybookStore) {}

  /** It is kept from changing first, so that no step gets another connection between the look and the start. */
  async refuseBeyond(tx: Tx, { isLimited, limits }: Session, playbookId: string): Promise<void> {
    if (!isLimited) return;
    await this.playbooks.lockForReading(tx, playbookId);
    const [visible] = await this.playbooks.within(tx, limits, [playbookId]);
    if (visible === undefined) throw new DomainError('NOT_FOUND', `There is no playbook ${playbookId}.`);
  }
}
