import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { PageArgs } from '../graphql/page.view.js';
import type { Decision } from './approval-decision.entity.js';
import type { Decide } from './approval.service.js';
import type { ApprovalStatus } from './approval.entity.js';
import { ApprovalStatusEnum, DecisionEnum } from './approval.view.js';

@InputType({ description: 'A decision.' })
export class DecideApprovalInput implements Decide {
  @Field(() => ID, { description: 'The approval.' })
  approvalId!: string;

  @Field(() => DecisionEnum, { description: 'What is decided.' })
  decision!: Decision;

  @Field(() => String, { nullable: true, description: 'Why, at most 2,000 characters; it stays with the run.' })
  comment?: string | null;
}

@ArgsType()
export class ApprovalActivityArgs {
  @Field(() => Boolean, { nullable: true, description: 'true: only those that you can decide.' })
  mine?: boolean;
}

@ArgsType()
export class ApprovalsArgs extends PageArgs {
  @Field(() => ApprovalStatusEnum, { nullable: true, description: 'Only those of which this has become.' })
  status?: ApprovalStatus;

  @Field(() => Boolean, { nullable: true, description: 'true: only those that you can still decide.' })
  mine?: boolean;
}
