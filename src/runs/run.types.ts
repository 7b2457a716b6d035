import type { JsonObject } from '../kernel/json.js';
import type { ApprovalPolicy } from '../playbooks/approval-policy.js';

export type Verification = 'VERIFIED' | 'NOT_VERIFIED' | 'NOT_SUPPORTED';

/** Why a step or an attempt failed, as people read it. */
export interface StepError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly remedy?: string;
  readonly providerRequestId?: string;
}

/** A failure as the engine met it: what people read, and what the retry policy needs. */
export interface StepFailure extends StepError {
  readonly retryAfterMs?: number;
  /** The call may have taken effect all the same. */
  readonly outcomeUnknown: boolean;
}

export const RUN_EVENT_TYPES = [
  'RUN_QUEUED', 'RUN_STARTED', 'RUN_WAITING', 'RUN_PAUSED', 'RUN_RESUMED', 'RUN_SUCCEEDED', 'RUN_FAILED', 'RUN_DENIED', 'RUN_CANCELED',
  'STEP_QUEUED', 'STEP_WAITING', 'STEP_STARTED', 'STEP_PROGRESS', 'STEP_INTERRUPTED', 'STEP_NEEDS_REVIEW', 'STEP_RETRY_SCHEDULED',
  'STEP_VERIFYING', 'STEP_SUCCEEDED', 'STEP_FAILED', 'STEP_SKIPPED', 'STEP_CANCELED',
  'APPROVAL_REQUESTED', 'APPROVAL_NOTIFIED', 'APPROVAL_DECIDED', 'APPROVAL_EXPIRED',
] as const;
export type RunEventType = (typeof RUN_EVENT_TYPES)[number];

/** What to do with a claimed step. `PLAN`: see what it would change, so that people can decide about it. `READ_BACK`: see first whether an earlier call took effect. `VERIFY`: the call is done, look for its effect. */
export type ClaimMode = 'PLAN' | 'RUN' | 'READ_BACK' | 'VERIFY';

/** The right to work on one step. It lapses as soon as the step is claimed anew: `number` is the fence. */
export interface Claim {
  readonly runId: string;
  readonly stepId: string;
  readonly number: number;
  readonly mode: ClaimMode;
}

/** What came of working on a claimed step. */
export type StepOutcome =
  | { readonly kind: 'PLANNED'; readonly plan: readonly string[] }
  /** `policy`: the guardrails ask although the playbook does not. */
  | { readonly kind: 'NEEDS_APPROVAL'; readonly plan: readonly string[]; readonly policy?: ApprovalPolicy }
  | { readonly kind: 'ACTED'; readonly plan: readonly string[]; readonly output: JsonObject; readonly canVerify: boolean }
  | { readonly kind: 'VERIFIED' | 'NOT_VERIFIED' | 'TOOK_EFFECT_EARLIER' }
  | { readonly kind: 'FAILED'; readonly failure: StepFailure }
  | { readonly kind: 'HANDED_BACK'; readonly because: 'STOPPING' | 'PAUSED' };

export type { RunStatus, StepStatus } from './run.machine.js';
export type ReviewResolution = 'SUCCEEDED' | 'RETRY' | 'FAILED';
