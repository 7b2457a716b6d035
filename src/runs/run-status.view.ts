import { describeEnum } from '../graphql/enums.js';
import type { ReviewResolution, RunEventType, RunStatus, StepStatus, Verification } from './run.types.js';

export const RunStatusEnum = describeEnum<RunStatus>('RunStatus', 'How far a run has come.', {
  QUEUED: 'It is accepted and will be carried out.',
  RUNNING: 'It is being carried out.',
  WAITING_FOR_APPROVAL: 'Nothing of it can go on before people decide.',
  NEEDS_REVIEW: 'Nothing of it can go on before a person says what became of a step.',
  SUCCEEDED: 'It is over, and no step failed.',
  FAILED: 'It is over, and at least one step failed.',
  DENIED: 'It is over: an approval was denied.',
  CANCELED: 'It is over: somebody canceled it.',
});

export const StepStatusEnum = describeEnum<StepStatus>('StepStatus', 'How far a step of a run has come.', {
  PENDING: 'It waits for other steps.',
  WAITING_FOR_APPROVAL: 'It waits for people to decide.',
  QUEUED: 'It may start, as soon as its tenant may be called.',
  RUNNING: 'It is being tried.',
  RETRYING: 'A try failed; the next one comes at nextAttemptAt.',
  VERIFYING: 'The provider accepted it; its effect is being read back.',
  NEEDS_REVIEW: 'Nobody could tell whether it took effect; a person decides.',
  SUCCEEDED: 'It is done.',
  FAILED: 'It failed for good; the error says why and what can be done.',
  SKIPPED: 'It was not needed, or not reached.',
  DENIED: 'Its approval was denied.',
  EXPIRED: 'Its approval was not decided in time.',
  CANCELED: 'The run was canceled before it was done.',
});

export const VerificationEnum = describeEnum<Verification>('Verification', 'Whether the effect of an action was seen at the provider.', {
  VERIFIED: 'It was read back.',
  NOT_VERIFIED: 'It was accepted, but could not be read back in time: look at the provider.',
  NOT_SUPPORTED: 'The action has nothing that could be read back.',
});

export const ReviewResolutionEnum = describeEnum<ReviewResolution>('ReviewResolution', 'What a person found of a step whose outcome nobody could tell.', {
  SUCCEEDED: 'It took effect: the run goes on behind it.',
  RETRY: 'It did not take effect: try it again.',
  FAILED: 'Give it up: the step has failed.',
});

export const RunEventTypeEnum = describeEnum<RunEventType>('RunEventType', 'What can happen in a run.', {
  RUN_QUEUED: 'The run was accepted.',
  RUN_STARTED: 'Its first step begins.',
  RUN_WAITING: 'Nothing of it can go on before a person decides.',
  RUN_PAUSED: 'The pause switch holds it; told once per pause.',
  RUN_RESUMED: 'The pause is over, and it goes on.',
  RUN_SUCCEEDED: 'It is over, and no step failed.',
  RUN_FAILED: 'It is over, and at least one step failed.',
  RUN_DENIED: 'It is over: an approval was denied.',
  RUN_CANCELED: 'It is over: somebody canceled it.',
  STEP_QUEUED: 'A step may start.',
  STEP_WAITING: 'A step could start, and waits for its turn at the tenant; told once, with the reason.',
  STEP_STARTED: 'A try of a step begins.',
  STEP_PROGRESS: 'The action tells what it is doing.',
  STEP_INTERRUPTED: 'The worker of a step went away in the middle of it.',
  STEP_NEEDS_REVIEW: 'Nobody can tell whether a step took effect; a person has to look.',
  STEP_RETRY_SCHEDULED: 'A try failed, and another one will follow.',
  STEP_VERIFYING: 'The provider accepted the action; its effect is being read back.',
  STEP_SUCCEEDED: 'A step is done.',
  STEP_FAILED: 'A step failed for good.',
  STEP_SKIPPED: 'A step is left out.',
  STEP_CANCELED: 'A step was canceled.',
  APPROVAL_REQUESTED: 'People are asked to approve a step.',
  APPROVAL_NOTIFIED: 'A contact was told of it, or could not be.',
  APPROVAL_DECIDED: 'Somebody decided.',
  APPROVAL_EXPIRED: 'Nobody decided in time.',
});
