import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, isSpecifiedScalarType, lexicographicSortSchema, parse, printSchema, validate, type GraphQLNamedType } from 'graphql';
import { buildApiSchema } from '../src/graphql/schema.js';

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly args?: readonly Described[];
}

const FILE = path.join(import.meta.dirname, '../schema/schema.graphql');
const schema = lexicographicSortSchema(buildApiSchema([]));

test('the checked-in schema is the one of the code (UPDATE_SCHEMA=1 rewrites it)', () => {
  const printed = `${printSchema(schema)}\n`;
  if (process.env['UPDATE_SCHEMA']) writeFileSync(FILE, printed);
  expect(readFileSync(FILE, 'utf8')).toBe(printed);
});

function membersOf(type: GraphQLNamedType): readonly Described[] {
  if (isEnumType(type)) return type.getValues();
  return isInputObjectType(type) || isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

test('every type, field, argument, input field and enum value has a description', () => {
  const roots: readonly unknown[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
  const places = types.flatMap((type) => [
    ...(roots.includes(type) ? [] : [{ place: type.name, described: type as Described }]),
    ...membersOf(type).flatMap((member) => [
      { place: `${type.name}.${member.name}`, described: member },
      ...(member.args ?? []).map((argument) => ({ place: `${type.name}.${member.name}(${argument.name})`, described: argument })),
    ]),
  ]);
  expect(places.length).toBeGreaterThan(250);
  expect(places.filter(({ described }) => !described.description?.trim()).map(({ place }) => place)).toEqual([]);
});

/** What clients send today. An operation that stops validating is a breaking change. */
const OPERATIONS = [
  '{ apiKeys { id name prefix roles email createdAt expiresAt lastUsedAt revokedAt } }',
  'mutation { createApiKey(input: { name: "a", roles: [VIEWER] }) { secret apiKey { id } } }',
  'mutation { revokeApiKey(input: { id: "x" }) { apiKey { revokedAt } } }',
  '{ viewer { permissions } providers { id sandbox } }',
  '{ viewer { roles actor { ... on ApiKey { id name prefix roles createdAt expiresAt lastUsedAt revokedAt } } } }',
  '{ providers { id title description version connectionSettings actions { id } connections { id } } }',
  '{ actions(provider: "entra-id", outcome: CONTAIN) { id provider { id } title description outcome effect idempotent replay targetKind input output permissions { name reason } privilegedRole undoneBy { id } suggests { id } } }',
  '{ connections { id name provider { id } settings playbooks { id } createdAt revision } }',
  '{ connections { consent { status url required { name reason } granted missing { name reason } confirmed confirmedBy { ... on ApiKey { id } } confirmedAt privilegedRole { name held checkedAt instructions } } health { ok checkedAt problem latencyMs } } }',
  '{ playbook(id: "x") { readiness { ready problems { code message stepKey consentUrl } } } }',
  '{ searchTargets(playbookId: "x", kind: USER, query: "ada", first: 5) { kind id displayName username privileged protected } }',
  '{ searchTargets(connectionId: "x", query: "ada") { id } }',
  '{ approvals(first: 5, status: PENDING, mine: true) { nodes { id run { id } step { id } status policy { contacts { channel address name } quorum expiresAfter allowSelfApproval } requestedAt expiresAt decidedAt decisions { decision by { ... on ApiKey { id } ... on ContactActor { channel address } } comment at } notifications { contact { address } status sentAt error } } } }',
  '{ playbook(id: "x") { steps { approval { contacts { address } quorum } } } run(id: "y") { steps { approval { id } } } }',
  'mutation { decideApproval(input: { approvalId: "x", decision: APPROVE, comment: "c" }) { approval { status } } }',
  'mutation { cancelRun(input: { runId: "x" }) { run { status } } }',
  'mutation { addPlaybookStep(input: { playbookId: "x", action: "a", approval: { contacts: [{ channel: EMAIL, address: "a@b", name: "A" }], quorum: 1, expiresAfter: "PT1H", allowSelfApproval: false } }) { step { id } } }',
  'subscription { approvalActivity(mine: true) { id status } }',
  '{ guardrails { protectedTargets { kind id reason } } }',
  'mutation { updateConnection(input: { id: "x", revision: 1, name: "b", settings: {}, credential: null }) { connection { id } } }',
  'mutation { deleteConnection(input: { id: "x" }) { connection { id } } }',
  'mutation { checkConnection(input: { connectionId: "x" }) { connection { health { ok } } } }',
  'mutation { confirmConsent(input: { connectionId: "x" }) { connection { consent { confirmed } } } }',
  'mutation { updateGuardrails(input: { protectedTargets: [{ kind: USER, id: "a", reason: "b" }] }) { guardrails { protectedTargets { id } } } }',
  '{ playbooks(first: 5, after: "x", search: "a", active: true) { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }',
  '{ playbooks(last: 5, before: "x") { nodes { id name description active revision createdAt updatedAt createdBy { ... on ApiKey { id } } readiness { ready problems { code message stepKey } } runs(first: 1) { nodes { id } } steps { id key action { id } connection { id } active input after runIf onFailure timeout retry { maxAttempts backoff maxBackoff } } } } }',
  '{ playbook(id: "x") { id lastRuns { id status } } }',
  '{ providers { id sandboxTenant { connectionName connectionSettings exampleTargetId examplePlaybookName exampleReason exampleActions { id } } } }',
  '{ runStatistics(days: 30, timeZone: "Europe/Berlin") { from to runs { started unfinished succeeded failed denied canceled } perDay { day started unfinished succeeded failed denied canceled } timeToContain { runs medianSeconds percentile90Seconds histogram { fromSeconds toSeconds runs } } } }',
  '{ runs(first: 3, filter: { status: [RUNNING], playbookId: "x", targetId: "y", dryRun: false }) { nodes { id } totalCount } }',
  '{ run(id: "x") { id playbook { id } playbookRevision status target { kind id displayName username privileged } dryRun reason startedBy { ... on ApiKey { id } } followUrl events(after: 3, first: 10) { sequence type at message runStatus step { id } run { id } } createdAt startedAt finishedAt } }',
  '{ run(id: "x") { steps { id key action { id } status input output plan attempts { number startedAt finishedAt error { code } providerRequestId } nextAttemptAt verification error { code message retryable remedy providerRequestId } startedAt finishedAt } } }',
  '{ node(id: "x") { id ... on Run { status } ... on Playbook { name } ... on PlaybookStep { key } ... on Connection { name } ... on RunStep { key } ... on Action { title } ... on Provider { title } ... on ApiKey { name } } }',
  'mutation { createConnection(input: { provider: "entra-id", name: "a", settings: { tenantId: "x" } }) { connection { id } } }',
  'mutation { createPlaybook(input: { name: "a", description: "b", steps: [{ key: "k", action: "entra-id:suspend-user", connectionId: "c", input: {}, after: [], runIf: "true", onFailure: CONTINUE, timeout: "PT10S", retry: { maxAttempts: 2, backoff: "PT1S", maxBackoff: "PT1M" } }] }) { playbook { id } } }',
  'mutation { updatePlaybook(input: { id: "x", revision: 1, name: "b", active: false }) { playbook { revision } } }',
  'mutation { deletePlaybook(input: { id: "x" }) { playbook { id } } }',
  'mutation { addPlaybookStep(input: { playbookId: "x", action: "a", connectionId: "c" }) { playbook { id } step { id } connection { id } } }',
  'mutation { updatePlaybookStep(input: { id: "x", active: false }) { playbook { id } step { id } connection { id } } }',
  'mutation { removePlaybookStep(input: { id: "x" }) { playbook { id } } }',
  'mutation { runPlaybook(input: { playbookId: "x", target: { kind: USER, id: "ada" }, dryRun: true, reason: "r", idempotencyKey: "k" }) { run { id } } }',
  'mutation { runPlaybookBatch(input: { playbookId: "x", targets: [{ kind: USER, id: "ada" }], dryRun: true, reason: "r", idempotencyKey: "k" }) { batch { id runs(first: 5, after: "y") { nodes { id } } total finished failed } } }',
  '{ run(id: "x") { batch { id total finished failed } } runs(filter: { batchId: "y" }) { totalCount } node(id: "y") { ... on RunBatch { playbook { id } playbookRevision dryRun reason startedBy { ... on ApiKey { id } } createdAt succeeded denied canceled } } }',
  'mutation { retryRun(input: { runId: "x", reason: "r", idempotencyKey: "k" }) { run { id retryOf { id } } } }',
  'mutation { undoRun(input: { runId: "x", reason: "r", idempotencyKey: "k" }) { run { id undoes { id } } notUndone { step { key } reason } } }',
  '{ run(id: "x") { retryOf { id } retriedBy { id } undoes { id } undoneBy { id status } } }',
  'mutation { resolveReview(input: { runStepId: "x", resolution: RETRY, comment: "c" }) { step { id } run { id } } }',
  '{ eventTypes { id title description fields { path title type values matchers } sample provider { id } } providers { eventTypes { id } } }',
  '{ triggers(first: 5, after: "x", active: true, eventType: "lab:signal") { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor } totalCount } }',
  '{ trigger(id: "x") { id name active eventType { id } conditions { field matcher values } expression schedule timeZone target cooldown playbooks { id } revision firings(first: 5, after: "y") { edges { cursor node { event { id } } } nodes { event { id } outcome runs { id } at reason } pageInfo { hasNextPage } totalCount } } }',
  '{ trigger(id: "x") { missedSchedule nextDueAt createdBy { ... on ApiKey { id } } createdAt updatedAt lastFirings { id outcome } firings { nodes { id trigger { id } playbook { id } target { kind id } } } } playbook(id: "y") { triggers { id } } }',
  '{ events(first: 5, after: "x", type: "lab:signal") { edges { cursor node { id } } nodes { id type { id } source occurredAt receivedAt payload dedupeKey firings { outcome runs { id } at reason } } pageInfo { hasNextPage } totalCount } }',
  '{ testEvent(input: { type: "lab:signal", payload: {}, occurredAt: "2026-03-01T03:12:45Z", source: "test" }) { trigger { id } fires failedCondition { field matcher values } seen reason targets { id } } }',
  '{ testEvent(input: { eventId: "x" }) { fires } }',
  '{ testTrigger(input: { eventType: "lab:signal", conditions: [{ field: "a", matcher: IS, values: ["b"] }], expression: "true", timeZone: "UTC", target: "event.user", event: { payload: {} } }) { fires failedCondition { field } seen reason targets { id } } }',
  '{ testTrigger(input: { triggerId: "x", event: { eventId: "y" } }) { fires } }',
  '{ backtestTrigger(input: { eventType: "lab:signal", conditions: [{ field: "a", matcher: IS, values: ["b"] }], expression: "true", timeZone: "UTC", target: "event.user", cooldown: "PT1H", from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" }) { from to events matched fired withoutTarget heldByCooldown isComplete perDay { day events matched fired } targets { id fired } } }',
  '{ backtestTrigger(input: { triggerId: "x" }) { fired } }',
  '{ run(id: "x") { startedBy { ... on TriggerActor { trigger { id } event { id } } } } node(id: "y") { ... on Trigger { name } ... on Event { source } ... on EventType { title } ... on TriggerFiring { outcome } ... on EventSource { url } ... on EventFeed { active } } }',
  'mutation { createTrigger(input: { name: "a", eventType: "lab:signal", active: true, conditions: [{ field: "a", matcher: IS_ONE_OF, values: ["b"] }, { field: "c", matcher: EXISTS }], expression: "true", timeZone: "Europe/Berlin", target: "event.user", cooldown: "PT15M", playbookIds: ["p"] }) { trigger { id } } }',
  'mutation { createTrigger(input: { name: "a", eventType: "schedule", schedule: "0 3 * * MON-FRI", timeZone: "UTC", missedSchedule: MAKE_UP }) { trigger { nextDueAt } } }',
  'mutation { updateTrigger(input: { id: "x", revision: 1, name: "b", active: false, conditions: [], expression: null, schedule: null, timeZone: null, missedSchedule: SKIP, target: null, cooldown: null }) { trigger { revision } } }',
  'mutation { deleteTrigger(input: { id: "x" }) { trigger { id } } }',
  'mutation { linkTrigger(input: { triggerId: "x", playbookId: "y" }) { trigger { id } playbook { id } } }',
  'mutation { unlinkTrigger(input: { triggerId: "x", playbookId: "y" }) { trigger { id } playbook { id } } }',
  'mutation { ingestEvents(input: { events: [{ type: "lab:signal", occurredAt: "2026-03-01T03:12:45Z", dedupeKey: "k", payload: {} }] }) { events { id } accepted duplicates } }',
  '{ eventSources { id name url active eventType { id } createdBy { ... on ApiKey { id } } createdAt lastReceivedAt previousSecretUntil } hookRefusals { source code count lastAt } }',
  'mutation { createEventSource(input: { name: "siem", eventType: "identity:alert" }) { source { id } secret } }',
  'mutation { updateEventSource(input: { id: "x", active: false }) { source { active } } }',
  'mutation { rotateEventSourceSecret(input: { id: "x", overlap: "PT1H" }) { source { previousSecretUntil } secret } }',
  'mutation { deleteEventSource(input: { id: "x" }) { source { id } } }',
  '{ connections { feedTypes { id } feeds { id active eventType { id } connection { id } readUntil lastLookAt nextLookAt failures subscriptionExpiresAt problem { code message remedy } } } }',
  'mutation { switchEventFeed(input: { connectionId: "x", eventType: "lab:signal", active: true }) { feed { id } connection { consent { url missing { name } } } } }',
  'subscription { runActivity(filter: { status: [RUNNING], batchId: "x" }) { id status batch { finished } } }',
  'subscription { runProgress(runId: "x", after: 3) { sequence type at message runStatus step { id } run { id } } }',
];

test.each(OPERATIONS)('clients may send %s', (operation) => {
  expect(validate(schema, parse(operation)).map(({ message }) => message)).toEqual([]);
});

const DOCUMENTS = path.join(import.meta.dirname, '../schema/operations');

/** What the console sends, a folder per page: examples for other clients, too. */
test.each(globSync('*', { cwd: DOCUMENTS }))('the operations of schema/operations/%s are of this schema', (folder) => {
  const files = globSync('*.graphql', { cwd: path.join(DOCUMENTS, folder) });
  const text = files.map((file) => readFileSync(path.join(DOCUMENTS, folder, file), 'utf8')).join('\n');
  expect(files.length).toBeGreaterThan(0);
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
});
