import { ActionError, type ActionEffect, type TargetKind } from '@countermeasure/sdk';
import type { Database } from '../db/database.js';
import type { GuardrailsStore } from './guardrails.store.js';
import type { ProtectedTarget } from './protected-target.entity.js';

/** A target under all the names by which it can be protected. */
export interface NamedTarget {
  readonly kind: TargetKind;
  readonly id: string;
  readonly username?: string | null | undefined;
  /** As whoever started the run named it. */
  readonly givenId?: string | undefined;
}

/** Keeps protected targets from being changed, whoever asks. */
export class Protection {
  constructor(private readonly deps: { database: Database; guardrails: GuardrailsStore }) {}

  /** Which of the targets are protected, and why: one entry each, in their order. */
  async of(targets: readonly NamedTarget[]): Promise<(ProtectedTarget | undefined)[]> {
    const { database, guardrails } = this.deps;
    const found = await guardrails.protectedAmong(database.reader, [...new Set(targets.flatMap(namesOf))]);
    return targets.map((target) => found.find(({ kind, id }) => kind === target.kind && namesOf(target).includes(id)));
  }

  /** Asked while it is only looked what an action would change; right before it acts, the gate asks again. */
  async refuseIfProtected(target: NamedTarget, effect: ActionEffect): Promise<void> {
    if (effect === 'READ' || target.kind === 'NONE') return;
    const [protection] = await this.of([target]);
    if (protection) throw protectedError(target, protection.reason);
  }
}

export function protectedError(target: NamedTarget, because: string): ActionError {
  return new ActionError('TARGET_PROTECTED', `${target.username ?? target.id} is protected and is not changed: ${because}`, {
    remedy: 'If it must be changed all the same, do it at the provider by hand, or have an administrator take it off the protected targets.',
  });
}

/** In lower case, as protected targets are stored. */
export function namesOf({ id, username, givenId }: NamedTarget): string[] {
  return [...new Set([id, username ?? '', givenId ?? ''].filter((name) => name !== '').map((name) => name.trim().toLowerCase()))];
}
