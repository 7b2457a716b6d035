import { ActionError, type ActionEffect, type TargetKind } from '@countermeasure/sdk';
import type { Database } from '../db/database.js';
import type { GuardrailsStore } from './guardrails.store.js';
import type { ProtectedTarget } from './protected-target.entity.js';

/** A target under all the names by which it can be protected. */
export interface NamedTarget {
  readonly kind: TargetKind;
  readonly id: string;
  readonly username?: string | null | undefined;
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

  /** Asked right before a provider is called: what was not protected when the run began may be so by now. */
  async refuseIfProtected(target: NamedTarget, effect: ActionEffect): Promise<void> {
    if (effect === 'READ' || target.kind === 'NONE') return;
    const [protection] = await this.of([target]);
    if (!protection) return;
    throw new ActionError('TARGET_PROTECTED', `${target.username ?? target.id} is protected and is not changed: ${protection.reason}`, {
      remedy: 'If it must be changed all the same, do it at the provider by hand, or have an administrator take it off the protected targets.',
    });
  }
}

function namesOf({ id, username }: NamedTarget): string[] {
  return [id, username ?? ''].filter((name) => name !== '').map((name) => name.toLowerCase());
}
