import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { ApprovalDecisionResolver, ApprovalResolver } from '../approvals/approval.resolver.js';
import { AuditResolver } from '../audit/audit.resolver.js';
import { ApiKeyResolver } from '../auth/api-key.resolver.js';
import { ViewerResolver } from '../auth/viewer.resolver.js';
import { ConnectionResolver, ProviderConnectionsResolver } from '../connections/connection.resolver.js';
import { ConsentResolver } from '../connections/consent.resolver.js';
import { TargetResolver } from '../connections/target.resolver.js';
import { GuardrailsResolver } from '../guardrails/guardrails.resolver.js';
import { PlaybookStepResolver } from '../playbooks/playbook-step.resolver.js';
import { PlaybookResolver } from '../playbooks/playbook.resolver.js';
import { ReadinessResolver } from '../playbooks/readiness.resolver.js';
import { ActionResolver, ProviderResolver } from '../registry/catalogue.resolver.js';
import { FollowUpResolver } from '../runs/follow-up.resolver.js';
import { RunBatchResolver } from '../runs/run-batch.resolver.js';
import { RunEventResolver } from '../runs/run-event.resolver.js';
import { RunStepResolver } from '../runs/run-step.resolver.js';
import { RunResolver } from '../runs/run.resolver.js';
import { RunStatisticsResolver } from '../statistics/run-statistics.resolver.js';
import { ConnectionFeedsResolver, EventFeedResolver } from '../triggers/event-feed.resolver.js';
import { EventSourceResolver } from '../triggers/event-source.resolver.js';
import { EventTypeResolver, ProviderEventTypesResolver } from '../triggers/event-type.resolver.js';
import { EventResolver } from '../triggers/event.resolver.js';
import { TriggerFiringResolver } from '../triggers/trigger-firing.resolver.js';
import { PlaybookTriggersResolver, TriggerResolver } from '../triggers/trigger.resolver.js';
import { TryTriggerResolver } from '../triggers/try-trigger.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { DateTimeScalar } from './scalars.js';

const RESOLVERS = [
  ViewerResolver, ApiKeyResolver, AuditResolver, ProviderResolver, ActionResolver, ConnectionResolver, ProviderConnectionsResolver, ConsentResolver, TargetResolver, PlaybookResolver, PlaybookStepResolver, ReadinessResolver,
  RunResolver, FollowUpResolver, RunBatchResolver, RunStepResolver, RunEventResolver, ApprovalResolver, ApprovalDecisionResolver, GuardrailsResolver,
  EventTypeResolver, ProviderEventTypesResolver, EventResolver, TriggerResolver, PlaybookTriggersResolver, TriggerFiringResolver, TryTriggerResolver, EventSourceResolver, EventFeedResolver, ConnectionFeedsResolver, RunStatisticsResolver, NodeResolver,
] as const;

/** type-graphql asks for a publisher even when no subscription uses one. */
const EVERY_SUBSCRIPTION_HAS_A_SOURCE = {
  publish: () => {
    throw new Error('Events are written to the database, not published here.');
  },
  subscribe: () => {
    throw new Error('A subscription names its own source.');
  },
};

export type ResolverClass = (typeof RESOLVERS)[number];

/** The schema of the API; `resolvers` are the instances that answer, made by app.ts. */
export function buildApiSchema(resolvers: readonly object[]): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [...RESOLVERS],
    container: { get: (someClass: ResolverClass) => resolvers.find((resolver) => resolver.constructor === someClass) },
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    orphanedTypes: [],
    pubSub: EVERY_SUBSCRIPTION_HAS_A_SOURCE,
    // Services validate: one place, whatever the way in.
    validate: false,
  });
}
