import { Field, ObjectType } from 'type-graphql';
import { RunStepView } from './run-step.view.js';
import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';
import { RunView } from './run.view.js';
import type { StepNotUndone } from './undoing-run.js';

@ObjectType({ description: 'What retryRun answers.' })
export class RetryRunPayload {
  @Field(() => RunView, { description: 'The new run. Steps that had succeeded stand in it as SUCCEEDED, without an attempt.' })
  run!: Run;
}

@ObjectType('StepNotUndone', { description: 'A step that an undo leaves as it is.' })
export class StepNotUndoneView implements StepNotUndone {
  @Field(() => RunStepView, { description: 'The step of the run that is undone.' })
  step!: RunStep;

  @Field({ description: 'Why it is left, and what a person can do, in a sentence.' })
  reason!: string;
}

@ObjectType({ description: 'What undoRun answers.' })
export class UndoRunPayload {
  @Field(() => RunView, { description: 'The new run, of the inverse actions; the last action is taken back first.' })
  run!: Run;

  @Field(() => [StepNotUndoneView], { description: 'What stays as it is, because no action is its inverse or because it changed nothing for certain.' })
  notUndone!: readonly StepNotUndone[];
}
