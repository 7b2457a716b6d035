import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import { refuseIfAny, type Problem } from '../kernel/errors.js';
import type { GuardrailsStore } from './guardrails.store.js';
import type { Guardrails, TargetToProtect } from './guardrails.types.js';

const MAX_PROTECTED_TARGETS = 1_000;
const MAX_NAME_LENGTH = 512;
const MAX_REASON_LENGTH = 500;

/** Limits on what may be done at all. */
export class GuardrailsService {
  constructor(private readonly deps: { database: Database; guardrails: GuardrailsStore; audit: AuditTrail }) {}

  async read(session: Session): Promise<Guardrails> {
    session.assert('guardrail:read');
    return { protectedTargets: await this.deps.guardrails.protectedTargets(this.deps.database.reader) };
  }

  /** What is left out stays; a list that is given takes the place of the whole list before. */
  async update(session: Session, { protectedTargets }: { protectedTargets?: readonly TargetToProtect[] | undefined }): Promise<Guardrails> {
    session.assert('guardrail:write');
    if (protectedTargets) {
      refuseIfAny(problemsOf(protectedTargets));
      const protectedAt = new Date();
      const targets = protectedTargets.map(({ kind, id, reason }) => ({ kind, id: id.trim().toLowerCase(), reason: reason.trim(), protectedBy: session.actor, protectedAt }));
      await this.deps.database.transact(async (tx) => {
        await this.deps.guardrails.replaceProtectedTargets(tx, targets);
        this.deps.audit.record(tx, { actor: session.actor, action: 'updateGuardrails', subject: null, details: { protectedTargets: targets.map(({ kind, id, reason }) => ({ kind, id, reason })) } });
      });
    }
    return this.read(session);
  }
}

function problemsOf(targets: readonly TargetToProtect[]): Problem[] {
  const path = ['input', 'protectedTargets'];
  if (targets.length > MAX_PROTECTED_TARGETS) return [{ path, message: `There can be at most ${MAX_PROTECTED_TARGETS} protected targets.` }];
  const names = targets.map(({ kind, id }) => `${kind} ${id.trim().toLowerCase()}`);
  return targets.flatMap(({ kind, id, reason }, index) => {
    const problems: Problem[] = [];
    if (kind === 'NONE') problems.push({ path: [...path, index, 'kind'], message: 'A protected target is a USER or a DEVICE.' });
    if (id.trim() === '' || id.length > MAX_NAME_LENGTH) problems.push({ path: [...path, index, 'id'], message: `Name the target by its object id or the name that it signs in with, 1 to ${MAX_NAME_LENGTH} characters.` });
    if (names.indexOf(names[index] ?? '') < index) problems.push({ path: [...path, index, 'id'], message: `${id} is in the list twice.` });
    if (reason.trim() === '' || reason.length > MAX_REASON_LENGTH) problems.push({ path: [...path, index, 'reason'], message: `Say why, in 1 to ${MAX_REASON_LENGTH} characters: whoever meets the refusal reads it.` });
    return problems;
  });
}
