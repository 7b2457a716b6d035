import { Field, Int, ObjectType } from 'type-graphql';
import { describeEnum } from '../graphql/enums.js';
import { NodeView } from '../graphql/node.view.js';
import { PageInfoView, type ListView } from '../graphql/page.view.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import { ApprovalContactView } from '../playbooks/approval-policy.view.js';
import type { Decision } from './approval-decision.entity.js';
import type { DeliveryStatus } from './approval-notification.entity.js';
import type { Approval, ApprovalStatus } from './approval.entity.js';

export const ApprovalStatusEnum = describeEnum<ApprovalStatus>('ApprovalStatus', 'What has become of an approval.', {
  PENDING: 'It waits for people to decide.',
  APPROVED: 'Enough people have approved; the step goes on.',
  DENIED: 'Somebody has denied it; the step is not carried out.',
  EXPIRED: 'Nobody has decided in time; the step is not carried out.',
  CANCELED: 'Its run was canceled, or stopped by the failure of another step.',
});

export const DecisionEnum = describeEnum<Decision>('Decision', 'What somebody decides.', {
  APPROVE: 'The step may be carried out.',
  DENY: 'The step must not be carried out.',
});

export const DeliveryStatusEnum = describeEnum<DeliveryStatus>('DeliveryStatus', 'Whether a contact was reached.', {
  PENDING: 'Not yet; it is tried again and again.',
  SENT: 'The notice is out.',
  FAILED: 'The contact will never be reached, or it was decided before.',
});

@ObjectType('Approval', { implements: NodeView, description: 'A run step\'s wait for people to decide.' })
export class ApprovalView extends NodeView implements Pick<Approval, 'status'> {
  @Field(() => ApprovalStatusEnum, { description: 'What has become of it.' })
  status!: ApprovalStatus;

  @Field(() => [String], { description: 'What would be changed, as it stood when people were asked.' })
  plan!: string[];

  @Field(() => DateTimeScalar, { description: 'When the step was reached.' })
  requestedAt!: Date;

  @Field(() => DateTimeScalar, { description: 'Until when it can be decided.' })
  expiresAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was approved, denied, expired or canceled; null: not yet.' })
  decidedAt!: Date | null;
}

@ObjectType('ApprovalDecision', { description: 'What one person decided.' })
export class ApprovalDecisionView {
  @Field(() => DecisionEnum, { description: 'What it was.' })
  decision!: Decision;

  @Field(() => String, { nullable: true, description: 'What they said to it; null: nothing.' })
  comment!: string | null;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: Date;
}

@ObjectType('ApprovalNotification', { description: 'How one contact was told.' })
export class ApprovalNotificationView {
  @Field(() => ApprovalContactView, { description: 'Who.' })
  contact!: ApprovalContactView;

  @Field(() => DeliveryStatusEnum, { description: 'Whether they were reached.' })
  status!: DeliveryStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the notice went out; null: it did not.' })
  sentAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why the last try failed; null when it did not.' })
  error!: string | null;
}

@ObjectType('ApprovalEdge', { description: 'An approval in a list.' })
export class ApprovalEdgeView {
  @Field({ description: 'Where it stands in the list.' })
  cursor!: string;

  @Field(() => ApprovalView, { description: 'The approval.' })
  node!: Approval;
}

@ObjectType('ApprovalConnection', { description: 'A page of a list of approvals, newest first.' })
export class ApprovalListView implements ListView<Approval> {
  @Field(() => [ApprovalEdgeView], { description: 'The entries with their cursors.' })
  edges!: ApprovalEdgeView[];

  @Field(() => [ApprovalView], { description: 'The entries alone.' })
  nodes!: Approval[];

  @Field(() => PageInfoView, { description: 'Where the page stands in the list.' })
  pageInfo!: PageInfoView;

  @Field(() => Int, { description: 'How many entries the whole list has.' })
  totalCount!: number | Promise<number>;
}

@ObjectType({ description: 'What decideApproval answers.' })
export class DecideApprovalPayload {
  @Field(() => ApprovalView, { description: 'The approval as it is now.' })
  approval!: Approval;
}
