import { In } from 'typeorm';
import { insertAll, type Tx } from '../db/database.js';
import { ProtectedTarget } from './protected-target.entity.js';

export class GuardrailsStore {
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
}
