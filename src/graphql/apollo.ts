import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode, type GraphQLSchema } from 'graphql';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller, Callers } from '../auth/caller.js';
import { spentOn } from '../auth/rate-limits.js';
import type { Session } from '../auth/session.js';
import type { SignIn } from '../auth/sign-in.js';
import { badInput } from '../kernel/errors.js';
import type { Metrics } from '../kernel/metrics.js';
import type { Refusals } from '../kernel/refusals.js';
import { inSpan } from '../kernel/tracing.js';
import type { Context } from './context.js';
import { withDeadline } from './deadline.js';
import type { ErrorMap } from './error-map.js';
import { KeptDocuments } from './kept-documents.js';
import { LIMITS, costError, documentLimits, textError, toGraphqlError, type DoorLimits } from './limits.js';
import { allowPages } from './origins.js';
import { patiently } from './patience.js';
import { subscriptionError } from './prepare-operation.js';
import { variablesError } from './variables.js';

export interface GraphqlDoor {
  readonly schema: GraphQLSchema;
  readonly errors: ErrorMap;
  readonly allowIntrospection: boolean;
  /** Other origins whose pages may use the API in a browser. */
  readonly allowedOrigins: readonly string[];
  readonly callers: Callers;
  readonly signIn: SignIn;
  readonly limits: DoorLimits;
  readonly metrics: Metrics;
  readonly refusals: Refusals;
  readonly createContext: (session: Session, signal: AbortSignal) => Context;
}

/** GraphQL over HTTP: POST /graphql. Nothing is parsed before the caller has shown a valid key or token. */
export async function serveGraphqlOverHttp(server: FastifyInstance, door: GraphqlDoor): Promise<void> {
  const callers = new AsyncLocalStorage<Caller>();
  const apollo = new ApolloServer<Context>({
    schema: door.schema,
    introspection: door.allowIntrospection,
    hideSchemaDetailsFromClientErrors: !door.allowIntrospection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    documentStore: new KeptDocuments(),
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [documentLimits],
    formatError: (formatted, error) => door.errors.format(formatted, error, callerIn(callers)),
    plugins: [
      // The cache control plugin alone halves the throughput; the others would talk to a vendor.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      fastifyApolloDrainPlugin(server),
      admitOperation(door.schema, callers),
    ],
  });
  await apollo.start();
  const late = new WeakMap<FastifyRequest, AbortController>();
  const context = async (request: FastifyRequest, reply: FastifyReply): Promise<Context> =>
    door.createContext(callerIn(callers).requireSession(), AbortSignal.any([hangUpOf(reply), lateOf(late, request).signal]));
  const answer = fastifyApolloHandler(apollo, { context });
  await server.register(async (graphql) => {
    await allowPages(graphql, door.allowedOrigins);
    graphql.post('/graphql', { onRequest: (request) => patiently(() => arrive(door, request)), preHandler: (request) => patiently(() => admit(door, request)) }, async (request, reply) => {
      const caller = door.callers.of(request.raw);
      const startedAt = performance.now();
      // A deadline of fastify's own ends when the body was read.
      const body: unknown = await inSpan('graphql', { kind: 'SERVER', parent: traceParentOf(request) }, async (span) => {
        const answered: unknown = await callers.run(caller, () => withDeadline(door.limits.operationMs, lateOf(late, request), async () => answer.call(graphql, request, reply)));
        span.setAttributes({ 'graphql.operation.type': caller.kind, 'countermeasure.outcome': caller.outcome });
        return answered;
      });
      const { kind, via, outcome } = caller;
      door.metrics.operations.inc({ kind, via, outcome });
      if (kind !== 'unresolved') door.metrics.durations.observe({ kind, via }, (performance.now() - startedAt) / 1_000);
      return body;
    });
  });
}

/** Before the body is read: strangers are looked up. Of those who were here before, the limits come first, and they need the body. */
async function arrive({ callers, signIn }: GraphqlDoor, request: FastifyRequest): Promise<void> {
  const caller = callers.of(request.raw);
  // Apollo makes an address of it, and takes one that cannot be read for a fault of its own.
  if (!URL.canParse(request.url, `${request.protocol}://${request.hostname}/`)) throw badInput([], 'The header host cannot be read.');
  await signIn.refuseAfterRefusals(caller);
  if (!signIn.isKnown(caller)) await signIn.signIn(caller);
}

async function admit({ callers, signIn, schema }: GraphqlDoor, request: FastifyRequest): Promise<void> {
  const caller = callers.of(request.raw);
  const query = (request.body as { query?: unknown } | null | undefined)?.query;
  await signIn.spend(spentOn(query), caller);
  if (!caller.session) await signIn.signIn(caller);
  const refusal = typeof query === 'string' ? (textError(query) ?? subscriptionError(schema, query)) : undefined;
  if (refusal) throw refusal;
}

/** What an operation costs depends on its variables, so it is looked at when they are known. */
function admitOperation(schema: GraphQLSchema, callers: AsyncLocalStorage<Caller>): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ document, request, operationName, operation }) {
        callerIn(callers).kind = operation?.operation ?? 'unresolved';
        if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw toGraphqlError(badInput([], 'Subscribe over a WebSocket on /graphql, by the protocol graphql-transport-ws.'));
        const variables = request.variables ?? {};
        const error = variablesError(schema, document, variables) ?? costError(schema, document, variables, operationName ?? undefined);
        if (error) throw error;
      },
    }),
  };
}

/** What the caller's own trace goes on from; what is none is passed over by the propagator. */
function traceParentOf({ headers }: FastifyRequest): string | undefined {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? traceparent : undefined;
}

function callerIn(callers: AsyncLocalStorage<Caller>): Caller {
  const caller = callers.getStore();
  if (!caller) throw new Error('Nobody is known to have sent this request.');
  return caller;
}

function lateOf(late: WeakMap<FastifyRequest, AbortController>, request: FastifyRequest): AbortController {
  const known = late.get(request) ?? new AbortController();
  late.set(request, known);
  return known;
}

/** Aborts when the caller hangs up before the answer is whole. */
function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const givingUp = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) givingUp.abort();
  });
  return givingUp.signal;
}
