import type { TargetKind } from '@countermeasure/sdk';
import type { ApprovalPolicyDraft } from '../playbooks/approval-policy.js';
import type { GuardrailSettings } from './guardrail-settings.entity.js';
import type { ProtectedTarget } from './protected-target.entity.js';

/** Limits on what may be done at all. */
export interface Guardrails {
  readonly settings: GuardrailSettings;
  readonly protectedTargets: readonly ProtectedTarget[];
}

export interface TargetToProtect {
  readonly kind: TargetKind;
  readonly id: string;
  readonly reason: string;
}

/** A change of the guardrails; what is left out stays. */
export interface GuardrailsChange {
  readonly paused?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly protectedTargets?: readonly TargetToProtect[] | undefined;
  /** null: no limit. */
  readonly maxTargetsPerHour?: number | null | undefined;
  readonly blastRadiusContacts?: ApprovalPolicyDraft['contacts'] | undefined;
  readonly blastRadiusExpiresAfterMs?: number | undefined;
}
