import { ADMINS, APPROVERS, AUTHORS, RESPONDERS, type Operation } from './operation.js';

/** What a key with limits never may, whatever it is limited to. */
const UNLIMITED = { within: 'FORBIDDEN', beyond: 'FORBIDDEN' } as const;

/** Every mutation. */
export const MUTATIONS: Readonly<Record<string, Operation>> = {
  createConnection: { ...UNLIMITED, needs: ['connection:write'], roles: ADMINS, document: 'mutation { createConnection(input: { provider: "lab", name: "Another", settings: { tenantId: "tenant-2" } }) { connection { id } } }' },
  updateConnection: {
    ...UNLIMITED, needs: ['connection:write'], roles: ADMINS,
    document: 'mutation ($id: ID!, $revision: Int!) { updateConnection(input: { id: $id, revision: $revision, name: "Renamed" }) { connection { id name } } }', variables: ({ connectionId, connectionRevision }) => ({ id: connectionId, revision: connectionRevision }), shows: () => 'Renamed',
  },
  deleteConnection: { ...UNLIMITED, needs: ['connection:write'], roles: ADMINS, document: 'mutation ($id: ID!) { deleteConnection(input: { id: $id }) { connection { id } } }', variables: ({ spareConnectionId }) => ({ id: spareConnectionId }) },
  checkConnection: {
    needs: ['connection:consent'], roles: ['RESPONDER', 'AUTHOR', 'ADMIN'], beyond: 'NOT_FOUND',
    document: 'mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { health { ok } } } }', variables: ({ connectionId }) => ({ id: connectionId }), shows: () => 'true',
  },
  confirmConsent: {
    needs: ['connection:consent'], roles: ['RESPONDER', 'AUTHOR', 'ADMIN'], beyond: 'NOT_FOUND',
    document: 'mutation ($id: ID!) { confirmConsent(input: { connectionId: $id }) { connection { consent { confirmed } } } }', variables: ({ connectionId }) => ({ id: connectionId }), shows: () => 'true',
  },
  switchEventFeed: { ...UNLIMITED, needs: ['connection:write'], roles: ADMINS, document: 'mutation ($id: ID!) { switchEventFeed(input: { connectionId: $id, eventType: "lab:signal", active: false }) { feed { id } } }', variables: ({ connectionId }) => ({ id: connectionId }), shows: ({ feedId }) => feedId },
  createPlaybook: { ...UNLIMITED, needs: ['playbook:write'], roles: AUTHORS, document: 'mutation { createPlaybook(input: { name: "Another" }) { playbook { id } } }' },
  updatePlaybook: {
    needs: ['playbook:write'], roles: AUTHORS, beyond: 'NOT_FOUND',
    document: 'mutation ($id: ID!, $revision: Int!) { updatePlaybook(input: { id: $id, revision: $revision, name: "Renamed" }) { playbook { name } } }', variables: ({ playbookId, playbookRevision }) => ({ id: playbookId, revision: playbookRevision }), shows: () => 'Renamed',
  },
  deletePlaybook: { needs: ['playbook:write'], roles: AUTHORS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { deletePlaybook(input: { id: $id }) { playbook { id } } }', variables: ({ playbookId }) => ({ id: playbookId }) },
  addPlaybookStep: {
    needs: ['playbook:write'], roles: AUTHORS, beyond: 'NOT_FOUND',
    document: 'mutation ($id: ID!, $connectionId: ID!) { addPlaybookStep(input: { playbookId: $id, key: "third", action: "lab:beta", connectionId: $connectionId }) { step { key } connection { id } } }', variables: ({ playbookId, connectionId }) => ({ id: playbookId, connectionId }), shows: () => 'third',
  },
  updatePlaybookStep: { needs: ['playbook:write'], roles: AUTHORS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { updatePlaybookStep(input: { id: $id, key: "renamed" }) { step { key } } }', variables: ({ playbookStepId }) => ({ id: playbookStepId }), shows: () => 'renamed' },
  removePlaybookStep: { needs: ['playbook:write'], roles: AUTHORS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { removePlaybookStep(input: { id: $id }) { playbook { id } } }', variables: ({ playbookStepId }) => ({ id: playbookStepId }) },
  createTrigger: { ...UNLIMITED, needs: ['trigger:write'], roles: AUTHORS, document: 'mutation ($id: ID!) { createTrigger(input: { name: "Another", eventType: "lab:signal", active: false, playbookIds: [$id] }) { trigger { id } } }', variables: ({ playbookId }) => ({ id: playbookId }) },
  updateTrigger: {
    ...UNLIMITED, needs: ['trigger:write'], roles: AUTHORS,
    document: 'mutation ($id: ID!, $revision: Int!) { updateTrigger(input: { id: $id, revision: $revision, name: "Renamed" }) { trigger { name } } }', variables: ({ triggerId, triggerRevision }) => ({ id: triggerId, revision: triggerRevision }), shows: () => 'Renamed',
  },
  deleteTrigger: { ...UNLIMITED, needs: ['trigger:write'], roles: AUTHORS, document: 'mutation ($id: ID!) { deleteTrigger(input: { id: $id }) { trigger { id } } }', variables: ({ triggerId }) => ({ id: triggerId }) },
  linkTrigger: { ...UNLIMITED, needs: ['trigger:write'], roles: AUTHORS, document: 'mutation ($id: ID!, $playbookId: ID!) { linkTrigger(input: { triggerId: $id, playbookId: $playbookId }) { playbook { id } } }', variables: ({ spareTriggerId, playbookId }) => ({ id: spareTriggerId, playbookId }), shows: ({ playbookId }) => playbookId },
  unlinkTrigger: { ...UNLIMITED, needs: ['trigger:write'], roles: AUTHORS, document: 'mutation ($id: ID!, $playbookId: ID!) { unlinkTrigger(input: { triggerId: $id, playbookId: $playbookId }) { playbook { id } } }', variables: ({ triggerId, playbookId }) => ({ id: triggerId, playbookId }), shows: ({ playbookId }) => playbookId },
  ingestEvents: { ...UNLIMITED, needs: ['event:ingest'], roles: RESPONDERS, document: 'mutation { ingestEvents(input: { events: [{ type: "lab:signal", payload: {} }] }) { accepted } }', shows: () => '"accepted":1' },
  createEventSource: { ...UNLIMITED, needs: ['event-source:write'], roles: ADMINS, document: 'mutation ($name: String!) { createEventSource(input: { name: $name, eventType: "lab:signal" }) { source { id } secret } }', variables: ({ name }) => ({ name: `${name}-another` }) },
  updateEventSource: { ...UNLIMITED, needs: ['event-source:write'], roles: ADMINS, document: 'mutation ($id: ID!) { updateEventSource(input: { id: $id, active: false }) { source { active } } }', variables: ({ sourceId }) => ({ id: sourceId }), shows: () => 'false' },
  rotateEventSourceSecret: { ...UNLIMITED, needs: ['event-source:write'], roles: ADMINS, document: 'mutation ($id: ID!) { rotateEventSourceSecret(input: { id: $id }) { secret } }', variables: ({ sourceId }) => ({ id: sourceId }), shows: () => 'whsec_' },
  deleteEventSource: { ...UNLIMITED, needs: ['event-source:write'], roles: ADMINS, document: 'mutation ($id: ID!) { deleteEventSource(input: { id: $id }) { source { id } } }', variables: ({ sourceId }) => ({ id: sourceId }) },
  runPlaybook: { needs: ['run:start'], roles: RESPONDERS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { runPlaybook(input: { playbookId: $id, target: { id: "ada@contoso.example" } }) { run { id status } } }', variables: ({ playbookId }) => ({ id: playbookId }) },
  runPlaybookBatch: { needs: ['run:start'], roles: RESPONDERS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { runPlaybookBatch(input: { playbookId: $id, targets: [{ id: "ada@contoso.example" }, { id: "bob@contoso.example" }] }) { batch { total } } }', variables: ({ playbookId }) => ({ id: playbookId }), shows: () => '"total":2' },
  cancelRun: { needs: ['run:cancel'], roles: RESPONDERS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { cancelRun(input: { runId: $id }) { run { status } } }', variables: ({ runId }) => ({ id: runId }), shows: () => 'CANCELED' },
  retryRun: { needs: ['run:start'], roles: RESPONDERS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { retryRun(input: { runId: $id }) { run { retryOf { id } } } }', variables: ({ failedRunId }) => ({ id: failedRunId }), shows: ({ failedRunId }) => failedRunId },
  undoRun: { needs: ['run:start'], roles: RESPONDERS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { undoRun(input: { runId: $id }) { run { undoes { id } } } }', variables: ({ failedRunId }) => ({ id: failedRunId }), shows: ({ failedRunId }) => failedRunId },
  resolveReview: { needs: ['run:review'], roles: RESPONDERS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { resolveReview(input: { runStepId: $id, resolution: SUCCEEDED }) { step { status } } }', variables: ({ reviewedStepId }) => ({ id: reviewedStepId }), shows: () => 'SUCCEEDED' },
  decideApproval: { needs: ['approval:decide'], roles: APPROVERS, beyond: 'NOT_FOUND', document: 'mutation ($id: ID!) { decideApproval(input: { approvalId: $id, decision: DENY }) { approval { status } } }', variables: ({ approvalId }) => ({ id: approvalId }), shows: () => 'DENIED' },
  updateGuardrails: { ...UNLIMITED, needs: ['guardrail:write'], roles: ADMINS, document: 'mutation { updateGuardrails(input: { protectedTargets: [] }) { guardrails { protectedTargets { id } } } }' },
  createApiKey: { ...UNLIMITED, needs: ['api-key:write'], roles: ADMINS, document: 'mutation { createApiKey(input: { name: "Another", roles: [ADMIN] }) { secret apiKey { id } } }', shows: () => 'cmk_' },
  revokeApiKey: { ...UNLIMITED, needs: ['api-key:write'], roles: ADMINS, document: 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', variables: ({ apiKeyId }) => ({ id: apiKeyId }), shows: ({ apiKeyId }) => apiKeyId },
};
