import { Field, Int, ObjectType } from 'type-graphql';
import { NodeView } from '../graphql/node.view.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import type { RunBatch } from './run-batch.entity.js';

@ObjectType('RunBatch', { implements: NodeView, description: 'Runs of one playbook against many targets, started together. Its totals are those of its runs at the moment of the answer.' })
export class RunBatchView extends NodeView implements Pick<RunBatch, 'playbookRevision' | 'dryRun' | 'reason' | 'createdAt'> {
  @Field(() => Int, { description: 'The revision of the playbook that its runs carry out.' })
  playbookRevision!: number;

  @Field({ description: 'Its runs read and tell what would be changed; they change nothing.' })
  dryRun!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it was started, as whoever started it said.' })
  reason!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was accepted.' })
  createdAt!: Date;
}

@ObjectType({ description: 'What runPlaybookBatch answers.' })
export class RunPlaybookBatchPayload {
  @Field(() => RunBatchView, { description: 'The batch: all of its runs are accepted.' })
  batch!: RunBatch;
}
