import { ADMINS, EVERYBODY, type Operation } from './operation.js';

/** Every query; one of `node` for every kind of thing that has an id of its own. */
export const QUERIES: Readonly<Record<string, Operation>> = {
  viewer: { needs: [], roles: EVERYBODY, others: 'ALLOWED', beyond: 'ALLOWED', document: '{ viewer { roles permissions actor { ... on ApiKey { id name prefix } } } }' },
  providers: { needs: ['catalogue:read'], roles: EVERYBODY, beyond: 'ALLOWED', document: '{ providers { id actions { id } } }', shows: () => 'lab:alpha' },
  actions: { needs: ['catalogue:read'], roles: EVERYBODY, beyond: 'ALLOWED', document: '{ actions(provider: "lab") { id } }', shows: () => 'lab:alpha' },
  eventTypes: { needs: ['catalogue:read'], roles: EVERYBODY, beyond: 'ALLOWED', document: '{ eventTypes { id } }', shows: () => 'lab:signal' },
  connections: { needs: ['connection:read'], roles: EVERYBODY, beyond: 'MISSING', document: '{ connections { id } }', shows: ({ connectionId }) => connectionId },
  searchTargets: {
    needs: ['target:search'], roles: ['RESPONDER', 'AUTHOR', 'ADMIN'], beyond: 'NOT_FOUND',
    document: 'query ($playbookId: ID!) { searchTargets(playbookId: $playbookId, query: "ada") { id protected } }', variables: ({ playbookId }) => ({ playbookId }), shows: () => 'id-of-ada',
  },
  'searchTargets of a connection': {
    needs: ['target:search'], roles: ['RESPONDER', 'AUTHOR', 'ADMIN'], beyond: 'NOT_FOUND',
    document: 'query ($connectionId: ID!) { searchTargets(connectionId: $connectionId, query: "ada") { id } }', variables: ({ connectionId }) => ({ connectionId }), shows: () => 'id-of-ada',
  },
  playbooks: { needs: ['playbook:read'], roles: EVERYBODY, beyond: 'MISSING', document: '{ playbooks(first: 100) { nodes { id } } }', shows: ({ playbookId }) => playbookId },
  playbook: { needs: ['playbook:read'], roles: EVERYBODY, others: 'NULL', beyond: 'NULL', document: 'query ($id: ID!) { playbook(id: $id) { id } }', variables: ({ playbookId }) => ({ id: playbookId }), shows: ({ playbookId }) => playbookId },
  runs: { needs: ['run:read'], roles: EVERYBODY, beyond: 'MISSING', document: 'query ($id: ID!) { runs(filter: { playbookId: $id }) { nodes { id } } }', variables: ({ playbookId }) => ({ id: playbookId }), shows: ({ runId }) => runId },
  run: { needs: ['run:read'], roles: EVERYBODY, others: 'NULL', beyond: 'NULL', document: 'query ($id: ID!) { run(id: $id) { id } }', variables: ({ runId }) => ({ id: runId }), shows: ({ runId }) => runId },
  runStatistics: { needs: ['run:read'], roles: EVERYBODY, beyond: 'ALLOWED', document: '{ runStatistics(days: 2) { perDay { started } timeToContain { runs } } }' },
  approvals: { needs: ['approval:read'], roles: EVERYBODY, beyond: 'MISSING', document: '{ approvals(first: 100, status: PENDING) { nodes { id } } }', shows: ({ approvalId }) => approvalId },
  triggers: { needs: ['trigger:read'], roles: EVERYBODY, beyond: 'MISSING', document: '{ triggers(first: 100, active: true) { nodes { id } } }', shows: ({ triggerId }) => triggerId },
  trigger: { needs: ['trigger:read'], roles: EVERYBODY, others: 'NULL', beyond: 'NULL', document: 'query ($id: ID!) { trigger(id: $id) { id } }', variables: ({ triggerId }) => ({ id: triggerId }), shows: ({ triggerId }) => triggerId },
  events: { needs: ['event:read'], roles: EVERYBODY, beyond: 'MISSING', document: '{ events(first: 100) { nodes { id } } }', shows: ({ eventId }) => eventId },
  testEvent: {
    needs: ['trigger:read', 'event:read'], roles: EVERYBODY, beyond: 'NOT_FOUND',
    document: 'query ($eventId: ID!) { testEvent(input: { eventId: $eventId }) { fires trigger { id } } }', variables: ({ eventId }) => ({ eventId }), shows: ({ triggerId }) => triggerId,
  },
  'testEvent of one that is made up': {
    needs: ['trigger:read'], roles: EVERYBODY, beyond: 'MISSING',
    document: 'query ($user: String!) { testEvent(input: { type: "lab:signal", payload: { user: $user } }) { fires trigger { id } } }', variables: ({ name }) => ({ user: `${name}@contoso.example` }), shows: ({ triggerId }) => triggerId,
  },
  testTrigger: {
    needs: ['trigger:read'], roles: EVERYBODY, beyond: 'NOT_FOUND',
    document: 'query ($triggerId: ID!, $user: String!) { testTrigger(input: { triggerId: $triggerId, event: { payload: { user: $user } } }) { fires targets { id } } }', variables: ({ triggerId, name }) => ({ triggerId, user: `${name}@contoso.example` }), shows: ({ name }) => `${name}@contoso.example`,
  },
  'testTrigger with a stored event': {
    needs: ['trigger:read', 'event:read'], roles: EVERYBODY, beyond: 'NOT_FOUND',
    document: 'query ($eventId: ID!) { testTrigger(input: { eventType: "lab:signal", event: { eventId: $eventId } }) { fires targets { id } } }', variables: ({ eventId }) => ({ eventId }), shows: ({ name }) => `${name}@contoso.example`,
  },
  backtestTrigger: {
    needs: ['trigger:read', 'event:read'], roles: EVERYBODY, within: 'FORBIDDEN', beyond: 'FORBIDDEN',
    document: 'query ($triggerId: ID!) { backtestTrigger(input: { triggerId: $triggerId }) { fired targets { id } } }', variables: ({ triggerId }) => ({ triggerId }), shows: ({ name }) => `${name}@contoso.example`,
  },
  eventSources: { needs: ['event-source:read'], roles: EVERYBODY, within: 'FORBIDDEN', beyond: 'FORBIDDEN', document: '{ eventSources { id } }', shows: ({ sourceId }) => sourceId },
  hookRefusals: { needs: ['event-source:read'], roles: EVERYBODY, within: 'FORBIDDEN', beyond: 'FORBIDDEN', document: '{ hookRefusals { source code } }' },
  guardrails: { needs: ['guardrail:read'], roles: EVERYBODY, within: 'FORBIDDEN', beyond: 'FORBIDDEN', document: '{ guardrails { protectedTargets { id } } }' },
  auditLog: { needs: ['audit:read'], roles: ADMINS, within: 'FORBIDDEN', beyond: 'FORBIDDEN', document: 'query ($subject: ID!) { auditLog(subject: $subject) { nodes { id } } }', variables: ({ playbookId }) => ({ subject: playbookId }), shows: ({ auditEntryId }) => auditEntryId },
  verifyAuditLog: { needs: ['audit:read'], roles: ADMINS, within: 'FORBIDDEN', beyond: 'FORBIDDEN', document: '{ verifyAuditLog { ok } }', shows: () => 'true' },
  apiKeys: { needs: ['api-key:read'], roles: ADMINS, within: 'FORBIDDEN', beyond: 'FORBIDDEN', document: '{ apiKeys { id } }', shows: ({ apiKeyId }) => apiKeyId },
};

const NODE = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const node = { others: 'NULL', beyond: 'NULL', document: NODE } as const;

/** By the kind of id, and for what the catalogue holds, which has no ids of ours. */
export const NODES: Readonly<Record<string, Operation>> = {
  connection: { ...node, needs: ['connection:read'], roles: EVERYBODY, variables: ({ connectionId }) => ({ id: connectionId }), shows: () => 'Connection' },
  playbook: { ...node, needs: ['playbook:read'], roles: EVERYBODY, variables: ({ playbookId }) => ({ id: playbookId }), shows: () => 'Playbook' },
  playbookStep: { ...node, needs: ['playbook:read'], roles: EVERYBODY, variables: ({ playbookStepId }) => ({ id: playbookStepId }), shows: () => 'PlaybookStep' },
  run: { ...node, needs: ['run:read'], roles: EVERYBODY, variables: ({ runId }) => ({ id: runId }), shows: () => 'Run' },
  runStep: { ...node, needs: ['run:read'], roles: EVERYBODY, variables: ({ askedStepId }) => ({ id: askedStepId }), shows: () => 'RunStep' },
  batch: { ...node, needs: ['run:read'], roles: EVERYBODY, variables: ({ batchId }) => ({ id: batchId }), shows: () => 'RunBatch' },
  approval: { ...node, needs: ['approval:read'], roles: EVERYBODY, variables: ({ approvalId }) => ({ id: approvalId }), shows: () => 'Approval' },
  trigger: { ...node, needs: ['trigger:read'], roles: EVERYBODY, variables: ({ triggerId }) => ({ id: triggerId }), shows: () => 'Trigger' },
  event: { ...node, needs: ['event:read'], roles: EVERYBODY, variables: ({ eventId }) => ({ id: eventId }), shows: () => 'Event' },
  triggerFiring: { ...node, needs: ['trigger:read'], roles: EVERYBODY, variables: ({ firingId }) => ({ id: firingId }), shows: () => 'TriggerFiring' },
  eventFeed: { ...node, needs: ['connection:read'], roles: EVERYBODY, variables: ({ feedId }) => ({ id: feedId }), shows: () => 'EventFeed' },
  eventSource: { ...node, needs: ['event-source:read'], roles: EVERYBODY, within: 'NULL', variables: ({ sourceId }) => ({ id: sourceId }), shows: () => 'EventSource' },
  auditEntry: { ...node, needs: ['audit:read'], roles: ADMINS, within: 'NULL', variables: ({ auditEntryId }) => ({ id: auditEntryId }), shows: () => 'AuditEntry' },
  apiKey: { ...node, needs: ['api-key:read'], roles: ADMINS, within: 'NULL', variables: ({ apiKeyId }) => ({ id: apiKeyId }), shows: () => 'ApiKey' },
  user: { ...node, needs: ['user:read'], roles: EVERYBODY, within: 'NULL', variables: ({ userId }) => ({ id: userId }), shows: () => 'User' },
  catalogue: { ...node, needs: ['catalogue:read'], roles: EVERYBODY, beyond: 'ALLOWED', variables: () => ({ id: 'lab:alpha' }), shows: () => 'Action' },
};

/** The first answer of a subscription tells; one of approvals brings those of all things, the oldest first. */
export const SUBSCRIPTIONS: Readonly<Record<string, Operation>> = {
  runProgress: {
    needs: ['run:read'], roles: EVERYBODY, others: 'NOT_FOUND', beyond: 'NOT_FOUND',
    document: 'subscription ($id: ID!) { runProgress(runId: $id) { run { id } } }', variables: ({ runId }) => ({ id: runId }), shows: ({ runId }) => runId,
  },
  runActivity: { needs: ['run:read'], roles: EVERYBODY, beyond: 'MISSING', document: 'subscription { runActivity { id playbook { id } } }', shows: ({ playbookId }) => playbookId },
  approvalActivity: { needs: ['approval:read'], roles: EVERYBODY, beyond: 'MISSING', document: 'subscription { approvalActivity { id } }', shows: ({ approvalId }) => approvalId },
};
