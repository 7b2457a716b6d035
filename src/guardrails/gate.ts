import type { ActionEffect } from '@countermeasure/sdk';
import type { Database } from '../db/database.js';
import type { ApprovalPolicy } from '../playbooks/approval-policy.js';
import type { GuardrailsStore } from './guardrails.store.js';
import { namesOf, protectedError, type NamedTarget } from './protection.js';

/** What somebody is about to do. */
export interface Act {
  readonly target: NamedTarget;
  readonly connectionId: string;
  readonly effect: ActionEffect;
  /** People have approved this very step. */
  readonly isApproved: boolean;
}

/** Whether it may be done now; `ASK`: only after people have approved it. */
export type Passage = { readonly kind: 'GO' } | { readonly kind: 'PAUSED' } | { readonly kind: 'ASK'; readonly policy: ApprovalPolicy };

/** The last question before a provider is called: what held when the step was claimed may not hold any more. */
export class Gate {
  constructor(private readonly deps: { database: Database; guardrails: GuardrailsStore }) {}

  /** Throws TARGET_PROTECTED. */
  async pass(act: Act): Promise<Passage> {
    const { database, guardrails } = this.deps;
    const { target, effect } = act;
    const state = await guardrails.stateBeforeActing(database.reader, target.kind, namesOf(target));
    if (state.isPaused) return { kind: 'PAUSED' };
    if (effect === 'READ' || target.kind === 'NONE') return { kind: 'GO' };
    if (state.protectedBecause !== null) throw protectedError(target, state.protectedBecause);
    return state.maxTargetsPerHour === null ? { kind: 'GO' } : this.count(act);
  }

  /** One after the other, so that of two at the same instant the second finds the first one counted. */
  private count({ target, connectionId, isApproved }: Act): Promise<Passage> {
    const { database, guardrails } = this.deps;
    return database.transact(async (tx): Promise<Passage> => {
      const { pausedAt, maxTargetsPerHour: limit, blastRadiusPolicy } = await guardrails.lockSettings(tx);
      if (pausedAt !== null) return { kind: 'PAUSED' };
      if (limit === null) return { kind: 'GO' };
      const isCounted = await guardrails.countTarget(tx, { connectionId, kind: target.kind, targetId: target.id.toLowerCase() }, limit, isApproved);
      return isCounted ? { kind: 'GO' } : { kind: 'ASK', policy: { ...blastRadiusPolicy, because: whyItWaits(limit) } };
    });
  }
}

function whyItWaits(limit: number): string {
  return `This would be more than ${limit} ${limit === 1 ? 'target' : 'targets'} changed within an hour, and past that the guardrails have people asked.`;
}
