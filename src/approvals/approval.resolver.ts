import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import { ActorUnion } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import { shownAddress, type ContactReference } from '../auth/actor.js';
import { TargetView } from '../connections/target.view.js';
import type { Context } from '../graphql/context.js';
import { toListView } from '../graphql/page.view.js';
import { givenOf } from '../kernel/json.js';
import { ApprovalPolicyView, toApprovalPolicyView } from '../playbooks/approval-policy.view.js';
import { RunStepView } from '../runs/run-step.view.js';
import type { RunStep } from '../runs/run-step.entity.js';
import type { Run } from '../runs/run.entity.js';
import { RunView } from '../runs/run.view.js';
import type { ApprovalDecision } from './approval-decision.entity.js';
import type { Approval } from './approval.entity.js';
import { ApprovalActivityArgs, ApprovalsArgs, DecideApprovalInput } from './approval.input.js';
import type { ApprovalService } from './approval.service.js';
import { ApprovalDecisionView, ApprovalListView, ApprovalNotificationView, ApprovalView, DecideApprovalPayload } from './approval.view.js';

@Resolver(() => ApprovalView)
export class ApprovalResolver {
  constructor(private readonly service: ApprovalService) {}

  @Query(() => ApprovalListView, { description: 'The approvals, newest first.' })
  async approvals(@Args(() => ApprovalsArgs) args: ApprovalsArgs, @Ctx() { session }: Context) {
    return toListView(await this.service.page(session, givenOf(args), args));
  }

  @Mutation(() => DecideApprovalPayload, { description: 'Approves or denies. Refused with PRECONDITION_FAILED when it is over, when you have decided already, and when you started the run and its policy forbids that.' })
  async decideApproval(@Arg('input', () => DecideApprovalInput, { description: 'The decision.' }) input: DecideApprovalInput, @Ctx() { session }: Context): Promise<DecideApprovalPayload> {
    return { approval: await this.service.decide(session, input) };
  }

  @Subscription(() => ApprovalView, {
    subscribe: ({ args, context }: SubscribeResolverData<unknown, ApprovalActivityArgs, Context>) => context.followApprovals(args.mine ?? false),
    description: 'Approvals that wait, and what becomes of them: first those that wait now, then each whenever its state changes.',
  })
  approvalActivity(@Root() approval: Approval, @Args(() => ApprovalActivityArgs) _args: ApprovalActivityArgs): Approval {
    return approval;
  }

  @FieldResolver(() => RunView, { description: 'The run that waits.' })
  run(@Root() { runId }: Approval, @Ctx() { loaders }: Context): Promise<Run> {
    return loaders.run.load(runId);
  }

  @FieldResolver(() => RunStepView, { description: 'The step that waits; its plan is what would be changed.' })
  step(@Root() { runStepId }: Approval, @Ctx() { loaders }: Context): Promise<RunStep> {
    return loaders.runStep.load(runStepId);
  }

  @FieldResolver(() => TargetView, { nullable: true, description: 'What the step acts on, as the provider knew it when people were asked; null when it has no target.' })
  target(@Root() { target }: Approval): TargetView | null {
    return target && { ...target, username: target.username ?? null, privileged: target.privileged ?? null };
  }

  @FieldResolver(() => ApprovalPolicyView, { description: 'The policy, as it stood when the run was started.' })
  policy(@Root() { policy }: Approval, @Ctx() { session }: Context): ApprovalPolicyView {
    return toApprovalPolicyView(policy, session);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why people are asked although the playbook asks nobody: a guardrail demands it. null: the playbook asks.' })
  reason(@Root() { policy }: Approval): string | null {
    return policy.because ?? null;
  }

  @FieldResolver(() => [ApprovalDecisionView], { description: 'Who decided what, in order.' })
  decisions(@Root() { id }: Approval, @Ctx() { loaders }: Context): Promise<ApprovalDecision[]> {
    return loaders.decisionsOfApproval.load(id);
  }

  @FieldResolver(() => [ApprovalNotificationView], { description: 'How the contacts were told: of the request, reminded, and of the outcome.' })
  async notifications(@Root() { id, policy }: Approval, @Ctx() { loaders, session }: Context): Promise<ApprovalNotificationView[]> {
    const notifications = await loaders.notificationsOfApproval.load(id);
    return notifications.flatMap(({ contactIndex, status, sentAt, error }) => {
      const contact = toApprovalPolicyView(policy, session).contacts[contactIndex];
      return contact ? [{ contact, status, sentAt, error }] : [];
    });
  }
}

@Resolver(() => ApprovalDecisionView)
export class ApprovalDecisionResolver {
  @FieldResolver(() => ActorUnion, { description: 'Who decided.' })
  async by(@Root() { decidedBy }: ApprovalDecision, @Ctx() { loaders }: Context): Promise<ApiKey | User | ContactReference> {
    return decidedBy.kind === 'CONTACT' ? { ...decidedBy, address: shownAddress(decidedBy) } : loaders.actor.load(decidedBy.id);
  }
}
