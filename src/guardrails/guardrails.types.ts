import type { TargetKind } from '@countermeasure/sdk';
import type { ProtectedTarget } from './protected-target.entity.js';

/** Limits on what may be done at all. */
export interface Guardrails {
  readonly protectedTargets: readonly ProtectedTarget[];
}

export interface TargetToProtect {
  readonly kind: TargetKind;
  readonly id: string;
  readonly reason: string;
}
