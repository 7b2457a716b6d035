import { readFileSync, writeFileSync } from 'node:fs';
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
  '{ playbook(id: "x") { id } }',
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
  'mutation { resolveReview(input: { runStepId: "x", resolution: RETRY, comment: "c" }) { step { id } run { id } } }',
  'subscription { runProgress(runId: "x", after: 3) { sequence type at message runStatus step { id } run { id } } }',
];

test.each(OPERATIONS)('clients may send %s', (operation) => {
  expect(validate(schema, parse(operation)).map(({ message }) => message)).toEqual([]);
});
