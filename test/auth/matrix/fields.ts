import { getNamedType, isObjectType, isUnionType, type GraphQLNamedType, type GraphQLSchema } from 'graphql';
import type { Permission } from '../../../src/auth/permissions.js';
import type { Things } from './things.js';

/** What one needs to see things of a type; null: what whoever sees the thing that it is part of sees, too. */
export const TYPE_NEEDS: Readonly<Record<string, Permission | null>> = {
  Provider: 'catalogue:read', Action: 'catalogue:read', EventType: 'catalogue:read',
  Connection: 'connection:read', EventFeed: 'connection:read',
  Playbook: 'playbook:read', PlaybookStep: 'playbook:read',
  Run: 'run:read', RunStatistics: 'run:read', RunBatch: 'run:read', RunStep: 'run:read', RunEvent: 'run:read', Approval: 'approval:read',
  Trigger: 'trigger:read', TriggerFiring: 'trigger:read', TriggerTest: 'trigger:read', TriggerVerdict: 'trigger:read', TriggerBacktest: 'trigger:read', Event: 'event:read', EventSource: 'event-source:read', HookRefusal: 'event-source:read',
  Guardrails: 'guardrail:read', AuditEntry: 'audit:read', AuditVerification: 'audit:read',
  // Everybody meets actors, by their names; FIELD_NEEDS tells what is kept from them.
  User: null, ApiKey: null, ContactActor: null, TriggerActor: null, Viewer: null,
  Permission: null, SandboxTenant: null, EventField: null, Consent: null, ConnectionHealth: null, PrivilegedRole: null, EventFeedProblem: null, Target: null, ProtectedTarget: null,
  Readiness: null, ReadinessProblem: null, RetryPolicy: null, ApprovalPolicy: null, ApprovalContact: null, ApprovalDecision: null, ApprovalNotification: null,
  Attempt: null, StepNotUndone: null, StepError: null, Condition: null, TriggerBacktestDay: null, TriggerBacktestTarget: null, RunCounts: null, RunStatisticsDay: null, TimeToContain: null, TimeToContainPart: null, PageInfo: null,
};

/** Where a field leads to what needs another permission than the thing that it stands in. `of`: a thing to look at. */
export const CROSSINGS: Readonly<Record<string, { readonly needs: Permission; readonly of: (things: Things) => string }>> = {
  'Provider.connections': { needs: 'connection:read', of: () => 'lab' },
  'Connection.provider': { needs: 'catalogue:read', of: ({ connectionId }) => connectionId },
  'Connection.feedTypes': { needs: 'catalogue:read', of: ({ connectionId }) => connectionId },
  'Connection.playbooks': { needs: 'playbook:read', of: ({ connectionId }) => connectionId },
  'EventFeed.eventType': { needs: 'catalogue:read', of: ({ feedId }) => feedId },
  'EventSource.eventType': { needs: 'catalogue:read', of: ({ sourceId }) => sourceId },
  'Playbook.lastRuns': { needs: 'run:read', of: ({ playbookId }) => playbookId },
  'Playbook.runs': { needs: 'run:read', of: ({ playbookId }) => playbookId },
  'Playbook.triggers': { needs: 'trigger:read', of: ({ playbookId }) => playbookId },
  'PlaybookStep.action': { needs: 'catalogue:read', of: ({ playbookStepId }) => playbookStepId },
  'PlaybookStep.connection': { needs: 'connection:read', of: ({ playbookStepId }) => playbookStepId },
  'Run.playbook': { needs: 'playbook:read', of: ({ runId }) => runId },
  'RunBatch.playbook': { needs: 'playbook:read', of: ({ batchId }) => batchId },
  'RunStep.action': { needs: 'catalogue:read', of: ({ askedStepId }) => askedStepId },
  'RunStep.approval': { needs: 'approval:read', of: ({ askedStepId }) => askedStepId },
  'Approval.run': { needs: 'run:read', of: ({ approvalId }) => approvalId },
  'Approval.step': { needs: 'run:read', of: ({ approvalId }) => approvalId },
  'Trigger.eventType': { needs: 'catalogue:read', of: ({ triggerId }) => triggerId },
  'Trigger.playbooks': { needs: 'playbook:read', of: ({ triggerId }) => triggerId },
  'Event.type': { needs: 'catalogue:read', of: ({ eventId }) => eventId },
  'Event.firings': { needs: 'trigger:read', of: ({ eventId }) => eventId },
  'TriggerFiring.event': { needs: 'event:read', of: ({ firingId }) => firingId },
  'TriggerFiring.playbook': { needs: 'playbook:read', of: ({ firingId }) => firingId },
  'TriggerFiring.runs': { needs: 'run:read', of: ({ firingId }) => firingId },
};

/** Fields that show less to some of those who see the thing, and to whom they show all. */
export const KEPT_FIELDS: Readonly<Record<string, string>> = {
  'ApiKey.roles': '`api-key:read`, or the key itself; null otherwise',
  'ApiKey.email': '`api-key:read`, or the key itself; null otherwise',
  'ApiKey.expiresAt': '`api-key:read`, or the key itself; null otherwise',
  'ApiKey.lastUsedAt': '`api-key:read`, or the key itself; null otherwise',
  'ApiKey.revokedAt': '`api-key:read`, or the key itself; null otherwise',
  'ApiKey.playbookIds': '`api-key:read`, or the key itself; null otherwise',
  'ApiKey.connectionIds': '`api-key:read`, or the key itself; null otherwise',
  'Consent.url': '`connection:consent`; null otherwise',
  'ReadinessProblem.consentUrl': '`connection:consent`; null otherwise',
  'ApprovalContact.address': '`playbook:write`; of a webhook, only its host otherwise',
};

/** Operations, their answers, and pages: they show what they were asked for. */
const isWrapper = (name: string): boolean => /(Payload|Edge)$/.test(name) || ['Query', 'Mutation', 'Subscription', 'Node'].includes(name) || (name.endsWith('Connection') && name !== 'Connection');

function inner(type: GraphQLNamedType): readonly string[] {
  if (isUnionType(type)) return type.getTypes().map(({ name }) => name);
  return [isWrapper(type.name) ? type.name.replace(/(Connection|Edge)$/, '').replace(/^$/, 'Connection') : type.name];
}

const objectTypes = (schema: GraphQLSchema) => Object.values(schema.getTypeMap()).filter((type) => isObjectType(type)).filter(({ name }) => !name.startsWith('__') && !isWrapper(name));

export function typesOf(schema: GraphQLSchema): string[] {
  return objectTypes(schema).map(({ name }) => name).sort();
}

/** The fields of the schema that lead to things with a permission of their own. */
export function crossingsOf(schema: GraphQLSchema): string[] {
  return objectTypes(schema).flatMap((type) => {
    const own = TYPE_NEEDS[type.name] ?? null;
    if (own === null) return [];
    const crossing = Object.values(type.getFields()).filter((field) => inner(getNamedType(field.type)).some((name) => (TYPE_NEEDS[name] ?? own) !== own));
    return crossing.map(({ name }) => `${type.name}.${name}`);
  }).sort();
}
