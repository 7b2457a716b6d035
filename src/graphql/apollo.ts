import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Session } from '../auth/session.js';
import { DomainError } from '../kernel/errors.js';
import type { Context } from './context.js';
import type { ErrorMap } from './error-map.js';
import { LIMITS, costError, documentLimits } from './limits.js';

export interface GraphqlDoor {
  readonly schema: GraphQLSchema;
  readonly errors: ErrorMap;
  readonly allowIntrospection: boolean;
  readonly authenticate: (authorization: string | undefined) => Promise<Session>;
  readonly createContext: (session: Session, signal: AbortSignal) => Context;
}

/** GraphQL over HTTP: POST /graphql. Nothing is parsed before the caller has shown a valid key. */
export async function serveGraphqlOverHttp(server: FastifyInstance, door: GraphqlDoor): Promise<void> {
  const apollo = new ApolloServer<Context>({
    schema: door.schema,
    introspection: door.allowIntrospection,
    hideSchemaDetailsFromClientErrors: !door.allowIntrospection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [documentLimits],
    formatError: door.errors.format,
    plugins: [
      // The cache control plugin alone halves the throughput; the others would talk to a vendor.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      fastifyApolloDrainPlugin(server),
      refuseCostly(door.schema),
    ],
  });
  await apollo.start();
  const context = async (request: FastifyRequest, reply: FastifyReply): Promise<Context> => door.createContext(await signIn(door, request.headers.authorization), signalOf(reply));
  server.post('/graphql', fastifyApolloHandler(apollo, { context }));
}

/** What an operation costs depends on its variables, so it is looked at when they are known. */
function refuseCostly(schema: GraphQLSchema): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ document, request, operationName }) {
        const error = costError(schema, document, request.variables ?? {}, operationName ?? undefined);
        if (error) throw error;
      },
    }),
  };
}

/** Aborts when the caller hangs up before the answer is whole. */
function signalOf({ raw }: FastifyReply): AbortSignal {
  const givingUp = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) givingUp.abort();
  });
  return givingUp.signal;
}

/** Apollo wants an error of its own kind to answer with a status. */
async function signIn(door: GraphqlDoor, authorization: string | undefined): Promise<Session> {
  try {
    return await door.authenticate(authorization);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const headers = new HeaderMap([['www-authenticate', 'Bearer']]);
    throw new GraphQLError(error.message, { originalError: error, extensions: { http: { status: 401, headers } } });
  }
}
