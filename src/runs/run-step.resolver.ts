import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Approval } from '../approvals/approval.entity.js';
import { ApprovalView } from '../approvals/approval.view.js';
import type { Context } from '../graphql/context.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import { ActionView } from '../registry/catalogue.view.js';
import type { RegisteredAction } from '../registry/registry.js';
import type { Attempt } from './attempt.entity.js';
import type { ReviewService } from './review.service.js';
import { AttemptView, ResolveReviewPayload, RunStepView } from './run-step.view.js';
import type { RunStep } from './run-step.entity.js';
import { ResolveReviewInput } from './run.input.js';

@Resolver(() => RunStepView)
export class RunStepResolver {
  constructor(
    private readonly reviews: ReviewService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Mutation(() => ResolveReviewPayload, { description: 'Says what became of a step in NEEDS_REVIEW, after a look at the provider.' })
  async resolveReview(@Arg('input', () => ResolveReviewInput, { description: 'What was found.' }) input: ResolveReviewInput, @Ctx() { session, loaders }: Context) {
    const step = await this.reviews.resolve(session, input);
    return { step, run: await loaders.run.load(step.runId) };
  }

  @FieldResolver(() => ActionView, { description: 'What it does.' })
  action(@Root() { actionId }: RunStep, @Ctx() { session }: Context): RegisteredAction {
    return this.catalogue.requireAction(session, actionId);
  }

  @FieldResolver(() => ApprovalView, { nullable: true, description: 'The approval that it waits or waited for; null: none is required, or it was not reached yet.' })
  async approval(@Root() { id }: RunStep, @Ctx() { loaders }: Context): Promise<Approval | null> {
    return (await loaders.approvalOfStep.load(id)) ?? null;
  }

  @FieldResolver(() => [AttemptView], { description: 'Every try of it, in order.' })
  attempts(@Root() { id }: RunStep, @Ctx() { loaders }: Context): Promise<Attempt[]> {
    return loaders.attemptsOfStep.load(id);
  }
}
