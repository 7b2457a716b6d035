import { Field, Int, ObjectType } from 'type-graphql';
import { NodeView } from '../graphql/node.view.js';
import { PageInfoView, type ListView } from '../graphql/page.view.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import type { Run } from './run.entity.js';
import type { RunEvent } from './run-event.entity.js';
import type { RunEventType, RunStatus } from './run.types.js';
import { RunEventTypeEnum, RunStatusEnum } from './run-status.view.js';

@ObjectType('Run', { implements: NodeView, description: 'One revision of a playbook, carried out against one target.' })
export class RunView extends NodeView implements Pick<Run, 'playbookRevision' | 'status' | 'dryRun' | 'reason' | 'paused'> {
  @Field(() => Int, { description: 'The revision of the playbook that it was started from.' })
  playbookRevision!: number;

  @Field(() => RunStatusEnum, { description: 'How far it has come.' })
  status!: RunStatus;

  @Field({ description: 'true: something of it could go on and is held by the pause switch; it goes on by itself when the pause is over.' })
  paused!: boolean;

  @Field({ description: 'A dry run reads and tells what would be changed; it changes nothing.' })
  dryRun!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it was started, as whoever started it said.' })
  reason!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was accepted.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its first step began; null: not yet.' })
  startedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended; null: not yet.' })
  finishedAt!: Date | null;
}

@ObjectType('RunEvent', { description: 'One numbered line of a run\'s history.' })
export class RunEventView implements Pick<RunEvent, 'sequence' | 'type' | 'at' | 'message' | 'runStatus'> {
  @Field(() => Int, { description: '1, 2, 3 … per run: no gap, no repeat.' })
  sequence!: number;

  @Field(() => RunEventTypeEnum, { description: 'What happened.' })
  type!: RunEventType;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  at!: Date;

  @Field({ description: 'What happened, in a sentence for people.' })
  message!: string;

  @Field(() => RunStatusEnum, { description: 'The run\'s status as of this event.' })
  runStatus!: RunStatus;
}

@ObjectType('RunEdge', { description: 'A run in a list.' })
export class RunEdgeView {
  @Field({ description: 'Where it stands in the list.' })
  cursor!: string;

  @Field(() => RunView, { description: 'The run.' })
  node!: Run;
}

@ObjectType('RunConnection', { description: 'A page of a list of runs, newest first.' })
export class RunListView implements ListView<Run> {
  @Field(() => [RunEdgeView], { description: 'The entries with their cursors.' })
  edges!: RunEdgeView[];

  @Field(() => [RunView], { description: 'The entries alone.' })
  nodes!: Run[];

  @Field(() => PageInfoView, { description: 'Where the page stands in the list.' })
  pageInfo!: PageInfoView;

  @Field(() => Int, { description: 'How many entries the whole list has.' })
  totalCount!: number | Promise<number>;
}

@ObjectType({ description: 'What runPlaybook answers.' })
export class RunPlaybookPayload {
  @Field(() => RunView, { description: 'The run: accepted, and carried out from here on whatever happens to this process.' })
  run!: Run;
}

@ObjectType({ description: 'What cancelRun answers.' })
export class CancelRunPayload {
  @Field(() => RunView, { description: 'The run as it is now; what is under way may still end.' })
  run!: Run;
}
